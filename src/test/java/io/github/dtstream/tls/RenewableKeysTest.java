package io.github.dtstream.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.mqtt.Certificates;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenewableKeysTest {
    @TempDir
    private Path folder;

    private Certificates certificates;
    private RenewableKeys keys;

    @BeforeEach
    void begin() throws Exception {
        certificates = new Certificates(folder);
        keys = new RenewableKeys(factory("first"));
    }

    private KeyManagerFactory factory(String name) throws Exception {
        return factory(certificates.issue(name, "ip:127.0.0.1"));
    }

    private static KeyManagerFactory factory(Path file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, Certificates.PASSWORD.toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, Certificates.PASSWORD.toCharArray());
        return factory;
    }

    /** The name of the key that a handshake chooses. */
    private String choose() {
        return Objects.requireNonNull(keys.chooseEngineServerAlias("EC", null, null));
    }

    private String subject(String key) {
        X509Certificate[] chain = Objects.requireNonNull(keys.getCertificateChain(key));
        return chain[0].getSubjectX500Principal().getName();
    }

    private void keyFits(String key) {
        String algorithm = Objects.requireNonNull(keys.getPrivateKey(key)).getAlgorithm();
        assertThat(algorithm)
                .isEqualTo(Objects.requireNonNull(keys.getCertificateChain(key))[0]
                        .getPublicKey()
                        .getAlgorithm());
    }

    @Test
    void aHandshakeAfterAReplacementHasTheNewCertificate() throws Exception {
        keys.replace(factory("second"));

        assertThat(subject(choose())).isEqualTo("CN=second");
        keyFits(choose());
        assertThat(keys.getServerAliases("EC", null)).containsExactly(choose());
    }

    @Test
    void aHandshakeInProgressEndsWithTheKeysThatItBeganWith() throws Exception {
        String before = choose();
        keys.replace(factory("second"));

        assertThat(subject(before)).isEqualTo("CN=first");
        keyFits(before);
    }

    @Test
    void keysThatWereReplacedTwiceAreGone() throws Exception {
        String before = choose();
        keys.replace(factory("second"));
        keys.replace(factory("third"));

        assertThat(keys.getCertificateChain(before)).isNull();
        assertThat(keys.getPrivateKey(before)).isNull();
        assertThat(subject(choose())).isEqualTo("CN=third");
    }

    @Test
    void aFileWithoutAKeyForTheClientsChoiceHasNoName() {
        assertThat(keys.chooseEngineServerAlias("DSA", null, null)).isNull();
        assertThat(keys.chooseServerAlias("DSA", null, null)).isNull();
        assertThat(keys.getServerAliases("DSA", null)).isNull();
        assertThat(keys.getCertificateChain("no such name")).isNull();
        assertThat(keys.getPrivateKey("no such name")).isNull();
    }

    @Test
    void aServersKeysAreNotThoseOfAClient() {
        assertThat(keys.getClientAliases("EC", null)).isNull();
        assertThat(keys.chooseClientAlias(new String[] {"EC"}, null, null)).isNull();
    }

    @Test
    void otherThanX509KeysAreRefusedAndReplaceNothing() throws Exception {
        KeyManagerFactory none = new KeyManagerFactory(new NoKeys(), null, "none") {};

        assertThatThrownBy(() -> keys.replace(none)).hasMessage("there are no X.509 keys");
        assertThat(subject(choose())).isEqualTo("CN=first");
    }

    private static final class NoKeys extends javax.net.ssl.KeyManagerFactorySpi {
        @Override
        protected void engineInit(KeyStore store, char[] password) {}

        @Override
        protected void engineInit(javax.net.ssl.ManagerFactoryParameters parameters) {}

        @Override
        protected javax.net.ssl.KeyManager[] engineGetKeyManagers() {
            return new javax.net.ssl.KeyManager[0];
        }
    }
}
