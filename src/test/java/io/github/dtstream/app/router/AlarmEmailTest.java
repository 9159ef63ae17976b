package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.DummySSLServerSocketFactory;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.github.dtstream.mqtt.Certificates;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shelf's route for e-mail, unchanged, with a real mail server with TLS, user and password. */
class AlarmEmailTest {
    private static final String PASSWORD = "p&ss+%41 word";

    private static final List<String> SERVER_KEYS = List.of(
            DummySSLServerSocketFactory.GREENMAIL_KEYSTORE_FILE_PROPERTY,
            DummySSLServerSocketFactory.GREENMAIL_KEYSTORE_PASSWORD_PROPERTY,
            DummySSLServerSocketFactory.GREENMAIL_KEY_PASSWORD_PROPERTY);

    @TempDir
    private Path folder;

    /** The server keeps its first key for ever. */
    @TempDir
    private static Path keysFolder;

    private static Certificates certificates;

    private SimulatedCloud cloud;
    private String device;

    @BeforeAll
    static void giveTheServerItsKey() throws Exception {
        certificates = new Certificates(keysFolder);
        String keys = certificates.issue("mail", "ip:127.0.0.1").toString();
        System.setProperty(DummySSLServerSocketFactory.GREENMAIL_KEYSTORE_FILE_PROPERTY, keys);
        System.setProperty(DummySSLServerSocketFactory.GREENMAIL_KEYSTORE_PASSWORD_PROPERTY, Certificates.PASSWORD);
        System.setProperty(DummySSLServerSocketFactory.GREENMAIL_KEY_PASSWORD_PROPERTY, Certificates.PASSWORD);
    }

    @AfterAll
    static void takeItAway() {
        SERVER_KEYS.forEach(System::clearProperty);
    }

    @BeforeEach
    void takeTheRouteFromTheShelf() throws IOException {
        cloud = RouterFixture.cloud();
        device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        Path routes = Files.createDirectories(folder.resolve("routes"));
        Files.copy(Path.of("routes/examples/alarm-email.camel.yaml"), routes.resolve("alarm-email.camel.yaml"));
        Files.writeString(
                routes.resolve("alarms.yaml"),
                "alarms: [{alarm: warm, value: temperature, raise: {above: 8}, severity: critical}]");
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    /** The test server's certificate is trusted as README describes. */
    private Map<String, String> settings(int port) {
        Map<String, String> settings = new HashMap<>();
        settings.put("camel.ssl.enabled", "true");
        settings.put("camel.ssl.trustStore", certificates.trust().toString());
        settings.put("camel.ssl.trustStorePassword", Certificates.PASSWORD);
        settings.put("camel.component.smtps.useGlobalSslContextParameters", "true");
        settings.put("alarm.smtp-host", "127.0.0.1:" + port);
        settings.put("alarm.smtp-user", "router");
        settings.put("alarm.smtp-password", PASSWORD);
        settings.put("alarm.mail-from", "router@example.com");
        settings.put("alarm.mail-to", "duty@example.com,manager@example.com");
        return settings;
    }

    private static GreenMail server(int port) {
        GreenMail server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS));
        server.setUser("router", PASSWORD);
        server.start();
        return server;
    }

    private void raise(RouterFixture router) throws IOException {
        await().dontCatchUncaughtExceptions()
                .atMost(RouterFixture.PATIENCE)
                .until(() ->
                        router.json("/routes").at("/streams/0/state").asText().equals("live"));
        cloud.publish(device, "temperature", "{\"value\":9.5}");
    }

    private static void isTheMail(MimeMessage mail) throws Exception {
        assertThat(mail.getSubject()).isEqualTo("critical: warm raised");
        assertThat(mail.getFrom()[0]).hasToString("router@example.com");
        assertThat(mail.getAllRecipients())
                .extracting(Object::toString)
                .containsExactly("duty@example.com", "manager@example.com");
        assertThat(mail.getContentType()).containsIgnoringCase("text/plain").containsIgnoringCase("charset=UTF-8");
        String text = new String(mail.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(text).contains("temperature 9.5 °C, above 8 °C").contains(": 9.5 °C since 20");
    }

    @Test
    void sendsOneMailToEachReceiverInUtf8() throws Exception {
        GreenMail server = server(0);
        try (RouterFixture router =
                RouterFixture.start(folder, cloud, settings(server.getSmtps().getPort()))) {
            raise(router);

            await().dontCatchUncaughtExceptions()
                    .atMost(RouterFixture.PATIENCE)
                    .until(() -> server.getReceivedMessages().length == 2);
            isTheMail(server.getReceivedMessages()[0]);
            isTheMail(server.getReceivedMessages()[1]);
        } finally {
            server.stop();
        }
    }

    @Test
    void sendsItAgainWhenTheServerHasRefusedForTheMoment() throws Exception {
        try (Refusing refusing = new Refusing()) {
            int port = refusing.port();
            try (RouterFixture router = RouterFixture.start(folder, cloud, settings(port))) {
                raise(router);
                await().dontCatchUncaughtExceptions()
                        .atMost(RouterFixture.PATIENCE)
                        .until(() -> refusing.refused() > 1);
                assertThat(router.json("/routes").at("/routes/0/lag").asLong()).isPositive();
                refusing.close();
                GreenMail server = server(port);
                try {
                    await().dontCatchUncaughtExceptions()
                            .atMost(RouterFixture.PATIENCE)
                            .until(() -> server.getReceivedMessages().length == 2);
                    isTheMail(server.getReceivedMessages()[0]);
                    await().dontCatchUncaughtExceptions()
                            .atMost(RouterFixture.PATIENCE)
                            .until(() ->
                                    router.json("/routes").at("/routes/0/lag").asLong() == 0);
                    assertThat(server.getReceivedMessages()).hasSize(2);
                } finally {
                    server.stop();
                }
            }
        }
    }

    /** A mail server whose greeting is a refusal. */
    private static final class Refusing implements AutoCloseable {
        private final ServerSocket socket = new DummySSLServerSocketFactory().createServerSocket();
        private final AtomicInteger refused = new AtomicInteger();

        Refusing() throws IOException {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            Thread thread = new Thread(this::refuse, "refusing-mail-server");
            thread.setDaemon(true);
            thread.start();
        }

        private void refuse() {
            while (!socket.isClosed()) {
                try (Socket client = socket.accept();
                        OutputStream out = client.getOutputStream()) {
                    out.write("421 4.3.2 no time, try again later\r\n".getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                    refused.incrementAndGet();
                } catch (IOException e) {
                    // The client has gone, or this is closed.
                }
            }
        }

        int port() {
            return socket.getLocalPort();
        }

        int refused() {
            return refused.get();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
