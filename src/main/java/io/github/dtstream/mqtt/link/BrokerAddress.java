package io.github.dtstream.mqtt.link;

import io.github.dtstream.text.NearestName;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a broker. Immutable.
 *
 * @param host name or address; an IPv6 address without its brackets
 * @param port 1 to 65535
 * @param tls whether the connection is encrypted
 */
public record BrokerAddress(String host, int port, boolean tls) {
    private static final int PLAIN_PORT = 1883;
    private static final int TLS_PORT = 8883;
    private static final List<String> PLAIN_SCHEMES = List.of("tcp", "mqtt");
    private static final List<String> SCHEMES = List.of("tcp", "mqtt", "ssl", "mqtts");

    /**
     * Allows underscores in host names, which {@link java.net.URI#getHost} does not: containers often have such names.
     */
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([A-Za-z0-9._-]+))(?::(\\d{1,6}))?/?");

    public static BrokerAddress parse(String url) {
        return parse(url, "brokerUrl", "userName and password");
    }

    /**
     * @param url {@code tcp://}, {@code mqtt://}, {@code ssl://} or {@code mqtts://}, a host, and a port if it is not
     *     1883 (8883 with TLS)
     * @param option the name of the option or setting that it comes from, for the message
     * @param credentials the names of the options for user and password, for the message
     * @throws IllegalArgumentException if the address is not valid; the message says what to write, and shows no
     *     password
     */
    public static BrokerAddress parse(String url, String option, String credentials) {
        int colon = url.indexOf("://");
        String scheme = url.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT);
        String authority = url.substring(colon < 0 ? 0 : colon + 3);
        if (authority.indexOf('@') >= 0) {
            throw new IllegalArgumentException(
                    option + " must not carry a user or password; set " + credentials + " instead");
        }
        if (colon < 0) {
            throw malformed(option, url, "has no scheme");
        }
        if (!SCHEMES.contains(scheme)) {
            String nearest = NearestName.question(scheme, SCHEMES)
                    .map(question -> ", " + question)
                    .orElse("");
            throw malformed(option, url, "has the unknown scheme '" + scheme + "'" + nearest);
        }
        boolean tls = !PLAIN_SCHEMES.contains(scheme);
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches()) {
            throw malformed(option, url, fault(authority));
        }
        int port = parts.group(3) == null ? (tls ? TLS_PORT : PLAIN_PORT) : Integer.parseInt(parts.group(3));
        if (port < 1 || port > 65_535) {
            throw malformed(option, url, "has the port " + port + ", which is not between 1 and 65535");
        }
        return new BrokerAddress(parts.group(1) == null ? parts.group(2) : parts.group(1), port, tls);
    }

    private static String fault(String authority) {
        if (authority.isEmpty() || authority.startsWith(":") || authority.startsWith("/")) {
            return "has no host";
        }
        if (authority.indexOf('/') >= 0 || authority.indexOf('?') >= 0 || authority.indexOf('#') >= 0) {
            return "goes on after host and port";
        }
        return "has no host and port that can be read";
    }

    private static IllegalArgumentException malformed(String option, String url, String fault) {
        return new IllegalArgumentException(option + " is '" + url + "', which " + fault
                + "; write tcp://host:port, or ssl://host:port for TLS (mqtt:// and mqtts:// mean the same)");
    }

    /** The address as a URL, for logs and health. */
    @Override
    public String toString() {
        return (tls ? "ssl://" : "tcp://") + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
