package io.github.dtstream.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.mqtt.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.net.ssl.SSLContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenewedTlsTest {
    @TempDir
    private Path directory;

    private Certificates certificates;
    private Path file;
    private RenewedTls tls;

    @BeforeEach
    void nameAFile() throws Exception {
        certificates = new Certificates(directory);
        file = directory.resolve("used.pem");
        KeyStoreParameters store = new KeyStoreParameters();
        store.setResource("file:" + file);
        KeyManagersParameters keys = new KeyManagersParameters();
        keys.setKeyStore(store);
        SSLContextParameters parameters = new SSLContextParameters();
        parameters.setKeyManagers(keys);
        tls = new RenewedTls(parameters, new DefaultCamelContext());
    }

    private void issue(String name) throws Exception {
        Path pem = Certificates.pem(certificates.issue(name, "dns:client"), null);
        Files.copy(pem, file, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void keepsOneContextUntilAFileChanges() throws Exception {
        issue("first");
        SSLContext first = tls.current();
        assertThat(tls.current()).isSameAs(first);

        issue("second");

        assertThat(tls.current()).isNotSameAs(first).isSameAs(tls.current());
    }

    @Test
    void goesOnWithTheLastOneWhereAFileIsSpoiltOrGoneAndTakesTheNextGoodOne() throws Exception {
        issue("first");
        SSLContext first = tls.current();

        Files.writeString(file, "-----BEGIN CERTIFICATE-----\nAAAA");
        assertThat(tls.current()).isSameAs(first);
        Files.delete(file);
        assertThat(tls.current()).isSameAs(first);

        issue("second");
        assertThat(tls.current()).isNotSameAs(first);
    }

    @Test
    void namesTheFileThatIsNotThereAtTheStart() {
        assertThatThrownBy(() -> tls.current())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("key store file:" + file);
    }
}
