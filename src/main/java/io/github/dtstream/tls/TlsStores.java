package io.github.dtstream.tls;

import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;

/** Makes Camel's TLS parameters read PEM files, too. Stateless. */
public final class TlsStores {
    /** Of a key in memory that needs no password; it guards nothing. */
    private static final String NO_PASSWORD = "in-memory";

    private TlsStores() {}

    /**
     * From now on the key store and the trust store of these parameters may be PEM files, for whoever uses them; a second time
     * changes nothing. Nothing is read yet. To be called before they are used.
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
