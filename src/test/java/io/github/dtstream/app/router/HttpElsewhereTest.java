package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.faultproxy.FreePort;
import io.github.dtstream.mqtt.Certificates;
import io.github.dtstream.simulator.SimulatedCloud;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP port on an address that other machines can reach: with TLS, a password, and commands. */
class HttpElsewhereTest {
    /** The hash of "correct horse battery" by another program's PBKDF2. */
    private static final String HASH =
            "pbkdf2-sha512:10000:AAECAwQFBgcICQoLDA0ODw:FPHa43T6sXOg7xCVIweUHQrmWPZVLHnoAp-OQQEbCHA";

    @TempDir
    private Path folder;

    private SimulatedCloud cloud;

    @BeforeEach
    void start() throws Exception {
        cloud = RouterFixture.cloud();
        RouterFixture.addRoute(folder, "events");
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    private static SSLContext trusting(Path store) throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            trust.load(in, Certificates.PASSWORD.toCharArray());
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trust);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void encryptsByCamelsCertificatesWantsThePasswordAndStillAnswersCommands(boolean isPem) throws Exception {
        Certificates certificates = new Certificates(folder);
        Path store = certificates.issue("router", "ip:127.0.0.1");
        Path used = isPem ? Certificates.pem(store, null) : store;
        int port = FreePort.find();
        Map<String, String> settings = new TreeMap<>(Map.of(
                "dt.http-host",
                "0.0.0.0",
                "dt.http-port",
                String.valueOf(port),
                "dt.http-password-hash",
                HASH,
                "camel.server.useGlobalSslContextParameters",
                "true",
                "camel.ssl.enabled",
                "true",
                "camel.ssl.keyStore",
                used.toString()));
        if (!isPem) {
            settings.put("camel.ssl.keystorePassword", Certificates.PASSWORD);
        }
        HttpClient client = HttpClient.newBuilder()
                .sslContext(trusting(certificates.trust()))
                .build();
        try (RouterFixture router = RouterFixture.start(folder, cloud, settings)) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/routes"));
            HttpResponse<String> without = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            String basic =
                    Base64.getEncoder().encodeToString("me:correct horse battery".getBytes(StandardCharsets.UTF_8));
            HttpResponse<String> with = client.send(
                    request.header("Authorization", "Basic " + basic).build(), HttpResponse.BodyHandlers.ofString());

            assertThat(without.statusCode()).isEqualTo(401);
            assertThat(with.statusCode()).isEqualTo(200);
            assertThat(with.body()).contains("\"streams\"");
            assertThat(router.get("/routes").statusCode()).isEqualTo(401);
            RouterFixture.Ended list = RouterFixture.command("list", "--data-dir", router.data.toString());
            assertThat(list.err()).isEmpty();
            assertThat(list.out()).contains(cloud.projectId());
        }
    }

    @Test
    void printsTheSettingOfAPassword() {
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream("a long password\n".getBytes(StandardCharsets.UTF_8)));
            RouterFixture.Ended ended = RouterFixture.command("password");
            assertThat(ended.code()).isZero();
            assertThat(ended.out())
                    .startsWith("dt.http-password-hash=pbkdf2-sha512:")
                    .doesNotContain("long");
            System.setIn(new ByteArrayInputStream("short\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(RouterFixture.command("password").err()).contains("10 characters or more");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void doesNotStartWhereEverybodyCouldRead() {
        Settings open = Settings.of(Map.of("dt.http-host", "0.0.0.0", "dt.data-dir", folder.toString()));

        assertThatThrownBy(() -> new Router(open, folder, () -> open).run())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("dt.http-password-hash");
    }

    @Test
    void saysWhatToSetWhereThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Settings settings = Settings.of(Map.of(
                    "dt.http-port", String.valueOf(taken.getLocalPort()),
                    "dt.project-id", "p",
                    "dt.data-dir", folder.resolve("data").toString()));

            assertThatThrownBy(() -> new Router(settings, folder, () -> settings).run())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " of 127.0.0.1 is not free")
                    .hasMessageContaining("set dt.http-port to another");
        }
    }
}
