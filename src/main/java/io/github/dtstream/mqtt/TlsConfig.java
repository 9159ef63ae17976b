package io.github.dtstream.mqtt;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientSslConfigBuilder;
import java.security.KeyStore;
import java.security.Provider;
import java.util.concurrent.TimeUnit;
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
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;

/** Camel's TLS parameters in the form that the HiveMQ client takes. */
final class TlsConfig {
    private static final String ALGORITHM = "given";

    private TlsConfig() {}

    /** @throws Exception if the key or trust material cannot be read */
    static MqttClientSslConfig of(MqttSettings settings, CamelContext camelContext) throws Exception {
        MqttClientSslConfigBuilder builder = MqttClientSslConfig.builder()
                .handshakeTimeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
        SSLContextParameters parameters = settings.ssl();
        if (parameters != null) {
            apply(parameters, camelContext, builder);
        }
        if (!settings.hostnameVerification()) {
            builder.hostnameVerifier((host, session) -> true);
        } else if (settings.broker().host().indexOf('_') >= 0) {
            // Java takes no such name for one, and refuses every certificate for it
            builder.hostnameVerifier(new DefaultHostnameVerifier());
        }
        return builder.build();
    }

    private static void apply(
            SSLContextParameters parameters, CamelContext camelContext, MqttClientSslConfigBuilder builder)
            throws Exception {
        parameters.setCamelContext(camelContext);
        if (parameters.getKeyManagers() != null) {
            builder.keyManagerFactory(new GivenKeys(keys(parameters.getKeyManagers(), camelContext)));
        }
        if (parameters.getTrustManagers() != null) {
            builder.trustManagerFactory(new GivenTrust(trust(parameters.getTrustManagers(), camelContext)));
        }
        if (parameters.getCipherSuites() != null) {
            builder.cipherSuites(parameters.getCipherSuites().getCipherSuite());
        }
        if (parameters.getSecureSocketProtocols() != null) {
            builder.protocols(parameters.getSecureSocketProtocols().getSecureSocketProtocol());
        }
    }

    private static KeyManager[] keys(KeyManagersParameters given, CamelContext camelContext) throws Exception {
        given.setCamelContext(camelContext);
        if (given.getKeyStore() == null) {
            return given.createKeyManagers();
        }
        TlsStore store = TlsStore.ofKeys(given.getKeyStore(), given.getKeyPassword(), camelContext);
        KeyManagersParameters own = new KeyManagersParameters();
        own.setCamelContext(camelContext);
        own.setAlgorithm(given.getAlgorithm());
        own.setProvider(given.getProvider());
        own.setKeyStore(store);
        own.setKeyPassword(store.isPem() ? PemStore.KEY_PASSWORD : given.getKeyPassword());
        return own.createKeyManagers();
    }

    private static TrustManager[] trust(TrustManagersParameters given, CamelContext camelContext) throws Exception {
        given.setCamelContext(camelContext);
        if (given.getTrustManager() != null || given.getKeyStore() == null) {
            return given.createTrustManagers();
        }
        TrustManagersParameters own = new TrustManagersParameters();
        own.setCamelContext(camelContext);
        own.setAlgorithm(given.getAlgorithm());
        own.setProvider(given.getProvider());
        own.setKeyStore(TlsStore.ofTrust(given.getKeyStore(), camelContext));
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
