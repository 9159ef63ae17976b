package io.github.dtstream.cloud.http;

import io.github.dtstream.text.Secret;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy.
 *
 * @param host its name or address
 * @param port where it listens
 * @param user the user's name; null where the proxy asks for none
 * @param password the user's password; null where the proxy asks for none
 */
public record HttpProxy(
        String host,
        int port,
        @Nullable String user,
        @Nullable Secret password) {

    /**
     * The proxy at a URL.
     *
     * @param url {@code http://host:port}, without user and password
     * @throws IllegalArgumentException if it is anything else
     */
    public static HttpProxy at(URI url, @Nullable String user, @Nullable Secret password) {
        HostAndPort server = HostAndPort.of(url).orElse(null);
        if (server == null || server.port() < 0 || !"http".equalsIgnoreCase(url.getScheme())) {
            throw new IllegalArgumentException("the proxy must be given as http://host:port");
        }
        if (url.getRawAuthority().contains("@")) {
            throw new IllegalArgumentException(
                    "the proxy's URL contains a user; give user and password by their own options");
        }
        return new HttpProxy(server.host(), server.port(), user, password);
    }

    /** Where it is; nothing of who asks. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
