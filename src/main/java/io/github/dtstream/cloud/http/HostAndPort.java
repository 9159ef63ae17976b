package io.github.dtstream.cloud.http;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server in a URL. Unlike {@link URI#getHost}, it accepts hosts with an underscore, which Docker and Active
 * Directory use.
 *
 * @param host the name or address; an IPv6 address with its brackets
 * @param port -1 if there is none
 */
record HostAndPort(String host, int port) {
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:[^@]*@)?(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+)(?::(\\d{0,5}))?");

    /** Empty if the URL has no server. */
    static Optional<HostAndPort> of(URI url) {
        if (url.getRawAuthority() == null) {
            return Optional.empty();
        }
        Matcher authority = AUTHORITY.matcher(url.getRawAuthority());
        if (!authority.matches()) {
            return Optional.empty();
        }
        String port = authority.group(2);
        return Optional.of(
                new HostAndPort(authority.group(1), port == null || port.isEmpty() ? -1 : Integer.parseInt(port)));
    }

    @Override
    public String toString() {
        return port < 0 ? host : host + ":" + port;
    }
}
