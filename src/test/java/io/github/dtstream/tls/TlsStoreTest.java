package io.github.dtstream.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.mqtt.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages about key and trust stores that cannot be used. */
class TlsStoreTest {
    private final DefaultCamelContext context = new DefaultCamelContext();

    @TempDir
    private Path directory;

    private Path client;

    @BeforeEach
    void issue() throws Exception {
        client = new Certificates(directory).issue("client", "dns:client");
    }

    private static KeyStoreParameters store(Path file, String password) {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setResource("file:" + file);
        store.setPassword(password);
        return store;
    }

    private KeyStore keys(Path file, String password) throws Exception {
        return TlsStore.ofKeys(store(file, password), password, "memory", context)
                .createKeyStore();
    }

    private static KeyStoreParameters store(String resource) {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setResource(resource);
        return store;
    }

    private Path withParts(String kept) throws IOException {
        Path file = directory.resolve("part.pem");
        StringBuilder text = new StringBuilder();
        for (String part : Files.readString(directory.resolve("client.pem")).split("(?=-----BEGIN)")) {
            text.append(part.contains("BEGIN " + kept) ? part : "");
        }
        return Files.writeString(file, text);
    }

    @Test
    void readsKeyAndChainFromAPemFile() throws Exception {
        Path pem = Certificates.pem(client, null);

        assertThat(keys(pem, null).getCertificateChain("key")).hasSize(2);
        assertThat(TlsStore.ofTrust(store(pem, null), context).createKeyStore().size())
                .isEqualTo(2);
    }

    @Test
    void readsAnEncryptedKeyAndSaysSoWhereThePasswordIsWrongOrMissing() throws Exception {
        Path pem = Certificates.pem(client, "hush");

        assertThat(keys(pem, "hush").size()).isEqualTo(1);
        assertThatThrownBy(() -> keys(pem, "other"))
                .hasMessageContaining(pem.toString())
                .hasMessageContaining("is the password right?");
        assertThatThrownBy(() -> keys(pem, null)).hasMessageContaining("encrypted, and no password is set");
    }

    @Test
    void saysHowKeyAndCertificateAreNamedWhereOneIsMissing() throws Exception {
        Certificates.pem(client, null);

        assertThatThrownBy(() -> keys(withParts("CERTIFICATE"), null))
                .hasMessageContaining("without a private key")
                .hasMessageContaining("client.crt,client.key");
        assertThatThrownBy(() -> keys(withParts("PRIVATE KEY"), null))
                .hasMessageContaining("without a certificate")
                .hasMessageContaining("client.crt,client.key");
    }

    @Test
    void takesCertificateAndKeyFromTwoFiles() throws Exception {
        Certificates.pem(client, null);
        Path certificate = Files.copy(withParts("CERTIFICATE"), directory.resolve("client.crt"));
        Path key = Files.copy(withParts("PRIVATE KEY"), directory.resolve("client.key"));

        KeyStore store = TlsStore.ofKeys(store("file:" + certificate + ", file:" + key), null, "memory", context)
                .createKeyStore();

        assertThat(store.getCertificateChain("key")).hasSize(2);
        assertThatThrownBy(() -> TlsStore.ofKeys(store("file:" + certificate + ",file:none.key"), null, "m", context)
                        .createKeyStore())
                .hasMessageContaining("none.key");
    }

    @ParameterizedTest
    @CsvSource({"RSA, 2048", "RSA, 4096", "EC, 256", "EC, 521"})
    void readsAKeyOfTheOlderForm(String algorithm, int size) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(size);
        PrivateKey made = generator.generateKeyPair().getPrivate();
        Path file = directory.resolve("old.pem");
        try (JcaPEMWriter pem = new JcaPEMWriter(Files.newBufferedWriter(file))) {
            pem.writeObject(made instanceof ECPrivateKey key ? withCurve(key, size) : made);
        }
        Certificates.pem(client, null);
        assertThat(file).content().contains("BEGIN " + algorithm + " PRIVATE KEY");

        KeyStore store = TlsStore.ofKeys(
                        store("file:" + file + ",file:" + withParts("CERTIFICATE")), null, "memory", context)
                .createKeyStore();

        Key read = store.getKey("key", "memory".toCharArray());
        assertThat(read.getAlgorithm()).isEqualTo(algorithm);
        if (read instanceof ECPrivateKey key && made instanceof ECPrivateKey one) {
            assertThat(key.getS()).isEqualTo(one.getS());
            assertThat(key.getParams().getCurve()).isEqualTo(one.getParams().getCurve());
        } else {
            assertThat(read).isEqualTo(made);
        }
    }

    /** In OpenSSL's form: with the curve, which Java's own form has in another place. */
    private static PemObject withCurve(ECPrivateKey key, int size) throws IOException {
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(key.getEncoded());
        return new PemObject(
                "EC PRIVATE KEY",
                new org.bouncycastle.asn1.sec.ECPrivateKey(
                                size, key.getS(), info.getPrivateKeyAlgorithm().getParameters())
                        .getEncoded());
    }

    @ParameterizedTest
    @CsvSource({
        "RSA, 'Proc-Type: 4,ENCRYPTED', openssl pkcs8 -topk8",
        "DSA, AAAA, openssl pkcs8 -topk8",
        "EC, MAA=, cut short",
        "EC, AAAA, not of the form"
    })
    void saysWhatIsWrongWithAKeyOfTheOlderForm(String kind, String content, String said) throws Exception {
        Path file = Files.writeString(
                directory.resolve("old.pem"),
                "-----BEGIN " + kind + " PRIVATE KEY-----\n" + content + "\n-----END " + kind + " PRIVATE KEY-----\n");

        assertThatThrownBy(() -> keys(file, null))
                .hasMessageContaining("old.pem")
                .hasMessageContaining(said);
    }

    @Test
    void namesTheFileThatIsMissingOrNoStoreAtAll() throws Exception {
        Path garbage = Files.writeString(directory.resolve("garbage.p12"), "garbage");

        assertThatThrownBy(() -> keys(directory.resolve("none.p12"), null))
                .hasMessageContaining("none.p12")
                .hasMessageContaining("key store");
        assertThatThrownBy(() -> TlsStore.ofTrust(store(garbage, "x"), context).createKeyStore())
                .hasMessageContaining("trust store file:" + garbage);
    }
}
