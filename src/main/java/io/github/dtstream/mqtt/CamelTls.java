package io.github.dtstream.mqtt;

import com.hivemq.client.mqtt.MqttClientSslConfigBuilder;
import io.github.dtstream.mqtt.link.TlsMaterial;
import java.security.KeyStore;
import java.security.Provider;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.TrustManagerFactorySpi;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;

/** Camel's TLS parameters in the form that the HiveMQ client takes. Equal if they are the same object. */
record CamelTls(SSLContextParameters parameters, CamelContext context) implements TlsMaterial {
    private static final String ALGORITHM = "given";

    @Override
    public void addTo(MqttClientSslConfigBuilder builder) throws Exception {
        parameters.setCamelContext(context);
        if (parameters.getKeyManagers() != null) {
            builder.keyManagerFactory(new GivenKeys(keys(parameters.getKeyManagers(), context)));
        }
        if (parameters.getTrustManagers() != null) {
            builder.trustManagerFactory(new GivenTrust(trust(parameters.getTrustManagers(), context)));
        }
        if (parameters.getCipherSuites() != null) {
            builder.cipherSuites(parameters.getCipherSuites().getCipherSuite());
        }
        if (parameters.getSecureSocketProtocols() != null) {
            builder.protocols(parameters.getSecureSocketProtocols().getSecureSocketProtocol());
        }
    }

    private static KeyManager[] keys(KeyManagersParameters given, CamelContext context) throws Exception {
        given.setCamelContext(context);
        if (given.getKeyStore() == null) {
            return given.createKeyManagers();
        }
        TlsStore store = TlsStore.ofKeys(given.getKeyStore(), given.getKeyPassword(), context);
        KeyManagersParameters own = new KeyManagersParameters();
        own.setCamelContext(context);
        own.setAlgorithm(given.getAlgorithm());
        own.setProvider(given.getProvider());
        own.setKeyStore(store);
        own.setKeyPassword(store.isPem() ? PemStore.KEY_PASSWORD : given.getKeyPassword());
        return own.createKeyManagers();
    }

    private static TrustManager[] trust(TrustManagersParameters given, CamelContext context) throws Exception {
        given.setCamelContext(context);
        if (given.getTrustManager() != null || given.getKeyStore() == null) {
            return given.createTrustManagers();
        }
        TrustManagersParameters own = new TrustManagersParameters();
        own.setCamelContext(context);
        own.setAlgorithm(given.getAlgorithm());
        own.setProvider(given.getProvider());
        own.setKeyStore(TlsStore.ofTrust(given.getKeyStore(), context));
        return own.createTrustManagers();
    }

    private static final class NoProvider extends Provider {
        private static final long serialVersionUID = 1L;

        NoProvider() {
            super(ALGORITHM, "1", "");
        }
    }

    private static final class GivenKeys extends KeyManagerFactory {
        GivenKeys(KeyManager[] managers) {
            super(
                    new KeyManagerFactorySpi() {
                        @Override
                        protected void engineInit(KeyStore keyStore, char[] password) {}

                        @Override
                        protected void engineInit(ManagerFactoryParameters parameters) {}

                        @Override
                        protected KeyManager[] engineGetKeyManagers() {
                            return managers.clone();
                        }
                    },
                    new NoProvider(),
                    ALGORITHM);
        }
    }

    private static final class GivenTrust extends TrustManagerFactory {
        GivenTrust(TrustManager[] managers) {
            super(
                    new TrustManagerFactorySpi() {
                        @Override
                        protected void engineInit(KeyStore keyStore) {}

                        @Override
                        protected void engineInit(ManagerFactoryParameters parameters) {}

                        @Override
                        protected TrustManager[] engineGetTrustManagers() {
                            return managers.clone();
                        }
                    },
                    new NoProvider(),
                    ALGORITHM);
        }
    }
}
