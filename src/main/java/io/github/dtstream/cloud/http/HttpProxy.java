package io.github.dtstream.cloud.http;

import io.github.dtstream.text.Secret;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy.
 *
 * @param host the proxy's name or address
 * @param port the proxy's port
 * @param user the user's name; null if the proxy needs none
 * @param password the user's password; null if the proxy needs none
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
     * @throws IllegalArgumentException if the URL does not have that form
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

    /** The proxy's address, without user and password. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
