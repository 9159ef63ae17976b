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
 * The names under which the server answers: addresses of machines, {@code localhost} and what the settings name. A page of
 * somebody else's whose name he lets point here (DNS rebinding) has his name as {@code Host}; a number, or a reserved name, cannot
 * be made to point elsewhere. Immutable.
 */
final class HostNames {
    private static final Pattern HOST =
            Pattern.compile("(\\[[0-9a-fA-F:.]+]|[a-zA-Z0-9_-]+(?:\\.[a-zA-Z0-9_-]+)*)\\.?(?::([0-9]{1,5}))?");
    private static final String LOCALHOST = "localhost";

    private final Set<String> names;
    private final String advice;

    /** @param advice what to do where a name is missing */
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
            throw new Refusal(400, "the header Host is no name and no address");
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
