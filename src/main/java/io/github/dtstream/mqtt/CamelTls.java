package io.github.dtstream.mqtt;

import com.hivemq.client.mqtt.MqttClientSslConfigBuilder;
import io.github.dtstream.mqtt.link.TlsMaterial;
import io.github.dtstream.tls.TlsStores;
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
import org.apache.camel.support.jsse.SSLContextParameters;

/** Camel's TLS parameters for the HiveMQ client. Equal only if the object is the same. */
record CamelTls(SSLContextParameters parameters, CamelContext context) implements TlsMaterial {
    private static final String ALGORITHM = "given";

    CamelTls {
        TlsStores.accept(parameters, context);
    }

    @Override
    public void addTo(MqttClientSslConfigBuilder builder) throws Exception {
        if (parameters.getKeyManagers() != null) {
            builder.keyManagerFactory(new GivenKeys(parameters.getKeyManagers().createKeyManagers()));
        }
        if (parameters.getTrustManagers() != null) {
            builder.trustManagerFactory(
                    new GivenTrust(parameters.getTrustManagers().createTrustManagers()));
        }
        if (parameters.getCipherSuites() != null) {
            builder.cipherSuites(parameters.getCipherSuites().getCipherSuite());
        }
        if (parameters.getSecureSocketProtocols() != null) {
            builder.protocols(parameters.getSecureSocketProtocols().getSecureSocketProtocol());
        }
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
