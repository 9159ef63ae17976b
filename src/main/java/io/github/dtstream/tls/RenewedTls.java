package io.github.dtstream.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TLS context that is made again when its files have changed, for example after a certificate was renewed. If they
 * cannot be read, the last context remains. Thread-safe.
 */
public final class RenewedTls {
    private static final Logger LOG = LoggerFactory.getLogger(RenewedTls.class);

    private final SSLContextParameters parameters;
    private final CamelContext camel;
    private byte[] files = {};
    private @Nullable SSLContext context;
    private String complaint = "";

    /** Reads nothing yet. From now on the stores of the parameters may be PEM files. */
    public RenewedTls(SSLContextParameters parameters, CamelContext camel) {
        this.parameters = parameters;
        this.camel = camel;
        TlsStores.accept(parameters, camel);
    }

    /**
     * The context for a new connection; the same object until a file changes.
     *
     * @throws IOException if there was none before, and the files cannot be read; the message names the file
     */
    public synchronized SSLContext current() throws IOException {
        SSLContext last = context;
        try {
            byte[] now = files();
            if (last == null || !Arrays.equals(now, files)) {
                last = parameters.createSSLContext(camel);
                context = last;
                files = now;
            }
            complaint = "";
            return last;
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            if (last == null) {
                throw e instanceof IOException failure ? failure : new IOException(e.getMessage(), e);
            }
            warn(String.valueOf(e.getMessage()));
            return last;
        }
    }

    /** Warns once for each message, however many connections are made. */
    private void warn(String message) {
        if (!message.equals(complaint)) {
            LOG.warn("{}; connections are made with what could be read before", message);
            complaint = message;
        }
    }

    private byte[] files() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        add(
                parameters.getKeyManagers() == null
                        ? null
                        : parameters.getKeyManagers().getKeyStore(),
                all);
        add(
                parameters.getTrustManagers() == null
                        ? null
                        : parameters.getTrustManagers().getKeyStore(),
                all);
        return all.toByteArray();
    }

    private static void add(@Nullable KeyStoreParameters store, ByteArrayOutputStream all) throws IOException {
        if (store instanceof TlsStore files) {
            all.writeBytes(files.content());
        }
    }
}
