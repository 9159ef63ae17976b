package io.github.dtstream.mqtt;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a broker listens.
 *
 * @param host name or address; an IPv6 address without its brackets
 * @param port 1 to 65535
 * @param tls whether the connection is encrypted
 */
record BrokerAddress(String host, int port, boolean tls) {
    private static final int PLAIN_PORT = 1883;
    private static final int TLS_PORT = 8883;

    /**
     * Names as networks have them, underscores included, which {@link URI#getHost} does not take: containers are often
     * called so.
     */
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([A-Za-z0-9._-]+))(?::(\\d{1,6}))?");

    /**
     * @param url {@code tcp://}, {@code mqtt://}, {@code ssl://} or {@code mqtts://}, a host, and a port where it is
     *     not 1883 (8883 with TLS)
     * @throws IllegalArgumentException if it is none of these; the message says what to write
     */
    static BrokerAddress parse(String url) {
        URI uri = uri(url);
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        if (authority.indexOf('@') >= 0) {
            throw new IllegalArgumentException(
                    "brokerUrl must not carry a user or password; set the options userName and password");
        }
        boolean tls = tls(url, uri.getScheme());
        Matcher parts = AUTHORITY.matcher(authority);
        boolean hasPath = uri.getPath() != null
                && !uri.getPath().isEmpty()
                && !uri.getPath().equals("/");
        if (!parts.matches() || hasPath) {
            throw malformed(url);
        }
        int port = parts.group(3) == null ? (tls ? TLS_PORT : PLAIN_PORT) : Integer.parseInt(parts.group(3));
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("The port " + port + " in brokerUrl is not between 1 and 65535");
        }
        return new BrokerAddress(parts.group(1) == null ? parts.group(2) : parts.group(1), port, tls);
    }

    private static URI uri(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw malformed(url);
        }
    }

    private static boolean tls(String url, String scheme) {
        return switch (scheme == null ? "" : scheme) {
            case "tcp", "mqtt" -> false;
            case "ssl", "mqtts" -> true;
            default -> throw malformed(url);
        };
    }

    private static IllegalArgumentException malformed(String url) {
        String shown = url.indexOf('@') < 0 ? " '" + url + "'" : "";
        return new IllegalArgumentException(
                "brokerUrl" + shown
                        + " is not of the form tcp://host:port, or ssl://host:port for TLS (mqtt:// and mqtts:// mean the same)");
    }

    /** The address as a URL, as logs and health show it. */
    @Override
    public String toString() {
        return (tls ? "ssl://" : "tcp://") + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
