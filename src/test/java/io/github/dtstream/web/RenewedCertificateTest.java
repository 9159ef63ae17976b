package io.github.dtstream.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.mqtt.Certificates;
import io.github.dtstream.text.Masking;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import io.github.dtstream.web.access.AccessSettings;
import io.github.dtstream.web.access.BearerToken;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A certificate that is renewed in its file, from a TLS client's view. */
class RenewedCertificateTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofMillis(50);

    @TempDir
    private Path folder;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private Certificates certificates;
    private Path store;
    private WebServer server;

    @BeforeEach
    void start() throws Exception {
        certificates = new Certificates(folder);
        store = certificates.issue("first", "ip:127.0.0.1");
        KeyStoreParameters keys = new KeyStoreParameters();
        keys.setResource(store.toString());
        keys.setPassword(Certificates.PASSWORD);
        keys.setType("PKCS12");
        KeyManagersParameters managers = new KeyManagersParameters();
        managers.setKeyStore(keys);
        managers.setKeyPassword(Certificates.PASSWORD);
        SSLContextParameters parameters = new SSLContextParameters();
        parameters.setKeyManagers(managers);
        context.setSSLContextParameters(parameters);
        BearerToken token = BearerToken.random(new Random(1), "a file");
        WebSettings settings = new WebSettings(
                "127.0.0.1",
                0,
                true,
                AccessSettings.ofThisMachine(token),
                WebSettings.ROUTE_BODY,
                Sleeper.SYSTEM,
                Ticker.SYSTEM);
        server = WebServer.open(
                settings, new ServerCertificates(context, LOOK), WebLimits.usual(), new Masking(), Supervisor.system());
        server.serve(new Site(List.of(), List.of(), new StaticFiles(getClass().getClassLoader(), "page")));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        context.close();
    }

    /** The subject of a new connection's certificate. */
    private String subject() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(certificates.trust())) {
            trusted.load(in, Certificates.PASSWORD.toCharArray());
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, managers.getTrustManagers(), null);
        try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", server.port())) {
            socket.startHandshake();
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSubjectX500Principal().getName();
        }
    }

    @Test
    void countsForTheConnectionsThatComeAfterIt() throws Exception {
        assertThat(subject()).isEqualTo("CN=first");

        Path renewed = certificates.issue("second", "ip:127.0.0.1");
        Files.move(renewed, store, StandardCopyOption.REPLACE_EXISTING);

        await().atMost(SOON).until(() -> subject().equals("CN=second"));
    }

    @Test
    void closesNoConnectionThatIsMadeMeanwhile() throws Exception {
        for (int i = 0; i < 10; i++) {
            String next = "CN=renewed-" + i;
            Path renewed = certificates.issue("renewed-" + i, "ip:127.0.0.1");
            Files.move(renewed, store, StandardCopyOption.REPLACE_EXISTING);

            // without a pause: a connection that fails ends the test
            await().pollInterval(Duration.ofNanos(1))
                    .atMost(SOON)
                    .until(() -> subject().equals(next));
        }
    }

    @Test
    void aFileThatCannotBeReadChangesNothingUntilItCan() throws Exception {
        assertThat(subject()).isEqualTo("CN=first");
        byte[] half = new byte[100];
        Files.write(store, half);
        await().pollDelay(LOOK.multipliedBy(6))
                .atMost(SOON)
                .until(() -> subject().equals("CN=first"));

        Path renewed = certificates.issue("third", "ip:127.0.0.1");
        Files.move(renewed, store, StandardCopyOption.REPLACE_EXISTING);
        await().atMost(SOON).until(() -> subject().equals("CN=third"));
    }
}
