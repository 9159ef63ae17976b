package io.github.dtstream.cloud.http;

import java.io.IOException;
import javax.net.ssl.SSLContext;

/** Provides the TLS settings of connections. Thread-safe. */
@FunctionalInterface
public interface TlsSource {
    /**
     * The settings for a new connection; the same object until they change.
     *
     * @throws IOException if they cannot be read; the message says which
     */
    SSLContext current() throws IOException;
}
