package io.github.dtstream.camel.message;

import java.net.URI;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Says where in its route a batch is: the endpoint that it, or the part that is under way, was last sent to. */
public final class CurrentStep {
    private static final String UNKNOWN = "a step of the route";

    private CurrentStep() {}

    /** Reads what the route's threads write, without waiting for them: what it says may be a moment old. */
    public static String of(Exchange batch, List<Message> parts) {
        String address = address(batch);
        for (Message part : parts) {
            if (part instanceof PartMessage own && own.isUnderWay()) {
                String newer = address(own.getExchange());
                address = newer == null ? address : newer;
            }
        }
        return address == null ? UNKNOWN : withoutSecrets(address);
    }

    private static @Nullable String address(@Nullable Exchange exchange) {
        return exchange == null ? null : exchange.getProperty(ExchangePropertyKey.TO_ENDPOINT, String.class);
    }

    /** Scheme and host of what has a host, else what stands before the options: the rest may be a secret. */
    static String withoutSecrets(String address) {
        try {
            URI uri = URI.create(address.replaceFirst("\\?.*", ""));
            if (uri.getHost() != null) {
                return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
            }
        } catch (IllegalArgumentException e) {
            // no address of the web
        }
        return address.replaceFirst("\\?.*", "").replaceFirst("^([A-Za-z0-9+.-]+:(//)?)[^/]*@", "$1");
    }
}
