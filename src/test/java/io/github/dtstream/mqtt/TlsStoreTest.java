package io.github.dtstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a key or trust store that cannot be used. */
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
        return TlsStore.ofKeys(store(file, password), null, context).createKeyStore();
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
    void saysThatKeyAndCertificateBelongInOneFile() throws Exception {
        Certificates.pem(client, null);

        assertThatThrownBy(() -> keys(withParts("CERTIFICATE"), null))
                .hasMessageContaining("without a private key")
                .hasMessageContaining("cat client.crt client.key > client.pem");
        assertThatThrownBy(() -> keys(withParts("PRIVATE KEY"), null))
                .hasMessageContaining("without a certificate")
                .hasMessageContaining("cat client.crt client.key > client.pem");
    }

    @Test
    void saysHowToConvertAKeyOfTheOlderForm() throws Exception {
        Path file = Files.writeString(
                directory.resolve("old.pem"), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");

        assertThatThrownBy(() -> keys(file, null)).hasMessageContaining("openssl pkcs8 -topk8");
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
