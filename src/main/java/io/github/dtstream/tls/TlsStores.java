package io.github.dtstream.tls;

import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;

/** Lets Camel's TLS parameters read PEM files. Stateless. */
public final class TlsStores {
    /** The password of a key in memory; it protects nothing. */
    private static final String NO_PASSWORD = "in-memory";

    private TlsStores() {}

    /**
     * Lets the key store and the trust store of these parameters be PEM files; a second call changes nothing. Reads
     * nothing yet. Call this before the parameters are used.
     */
    public static void accept(SSLContextParameters parameters, CamelContext context) {
        parameters.setCamelContext(context);
        KeyManagersParameters keys = parameters.getKeyManagers();
        if (keys != null) {
            keys.setCamelContext(context);
            if (keys.getKeyStore() != null && !(keys.getKeyStore() instanceof TlsStore)) {
                accept(keys, context);
            }
        }
        TrustManagersParameters trust = parameters.getTrustManagers();
        if (trust != null) {
            trust.setCamelContext(context);
            if (trust.getKeyStore() != null && !(trust.getKeyStore() instanceof TlsStore)) {
                trust.setKeyStore(TlsStore.ofTrust(trust.getKeyStore(), context));
            }
        }
    }

    private static void accept(KeyManagersParameters keys, CamelContext context) {
        String password = keys.getKeyPassword() == null ? keys.getKeyStore().getPassword() : keys.getKeyPassword();
        keys.setKeyPassword(password == null ? NO_PASSWORD : password);
        keys.setKeyStore(TlsStore.ofKeys(keys.getKeyStore(), password, keys.getKeyPassword(), context));
    }
}
