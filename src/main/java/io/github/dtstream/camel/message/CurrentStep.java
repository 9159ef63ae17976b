package io.github.dtstream.camel.message;

import java.net.URI;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Finds the current step of a batch: the endpoint to which the batch, or its current part, was last sent. */
public final class CurrentStep {
    private static final String UNKNOWN = "a step of the route";

    private CurrentStep() {}

    /** Reads what the route's threads write, without waiting for them, so the result may be a moment old. */
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

    /** Scheme and host, or without a host the part before the options: the rest may have a secret. */
    static String withoutSecrets(String address) {
        try {
            URI uri = URI.create(address.replaceFirst("\\?.*", ""));
            if (uri.getHost() != null) {
                return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
            }
        } catch (IllegalArgumentException e) {
            // The address is not a URL.
        }
        return address.replaceFirst("\\?.*", "").replaceFirst("^([A-Za-z0-9+.-]+:(//)?)[^/]*@", "$1");
    }
}
