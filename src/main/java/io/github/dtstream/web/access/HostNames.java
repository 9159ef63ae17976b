package io.github.dtstream.web.access;

import io.netty.util.NetUtil;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The host names under which the server answers: IP addresses, {@code localhost} and the names of the settings. This
 * stops DNS rebinding: a foreign page whose name an attacker points at this server sends that name as {@code Host}. IP
 * addresses and {@code localhost} are safe, as nobody can redirect them. Immutable.
 */
final class HostNames {
    private static final Pattern HOST =
            Pattern.compile("(\\[[0-9a-fA-F:.]+]|[a-zA-Z0-9_-]+(?:\\.[a-zA-Z0-9_-]+)*)\\.?(?::([0-9]{1,5}))?");
    private static final String LOCALHOST = "localhost";

    private final Set<String> names;
    private final String advice;

    /** @param advice what the message about an unknown name advises */
    HostNames(Collection<String> names, String advice) {
        this.advice = advice;
        this.names = names.stream().map(HostNames::lower).collect(Collectors.toUnmodifiableSet());
    }

    /** Refuses a request for another name. */
    void check(RequestHead head) throws Refusal {
        List<String> hosts = head.headers().getOrDefault("host", List.of());
        if (hosts.isEmpty() && head.isOld()) {
            return;
        }
        if (hosts.size() != 1) {
            throw new Refusal(400, "a request has one header Host");
        }
        Matcher host = HOST.matcher(hosts.get(0));
        if (!host.matches()) {
            throw new Refusal(400, "the header Host is neither a name nor an address");
        }
        if (!isKnown(lower(host.group(1)))) {
            throw new Refusal(421, "this server does not answer to the name in the header Host" + advice);
        }
    }

    private boolean isKnown(String host) {
        return host.equals(LOCALHOST)
                || host.endsWith("." + LOCALHOST)
                || names.contains(host)
                || NetUtil.isValidIpV4Address(host)
                || (host.startsWith("[") && NetUtil.isValidIpV6Address(host.substring(1, host.length() - 1)));
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
