package io.github.dtstream.cloud.http;

import java.io.IOException;
import javax.net.ssl.SSLContext;

/** Where the TLS settings of a connection come from. Thread-safe. */
@FunctionalInterface
public interface TlsSource {
    /**
     * Those for a connection that is made now; the same object as long as they have not changed.
     *
     * @throws IOException if they cannot be read; the message says which
     */
    SSLContext current() throws IOException;
}
