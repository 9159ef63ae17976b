package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.github.dtstream.app.router.routes.RoutesFolder;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A route to a real mail server, whose options {@code to} and {@code from} are not endpoints. */
class MailRouteTest {
    private static final String ROUTE = """
            - route:
                id: mail
                from:
                  uri: dt-stream:{{dt.project-id}}
                  parameters: {subscriber: mail}
                  steps:
                    - split:
                        simple: "${body}"
                        stopOnException: true
                        steps:
                          - filter:
                              simple: "${header.DtEventType} == 'temperature'"
                              steps:
                                - convertBodyTo: {type: String}
                                - removeHeaders: {pattern: "*"}
                                - to:
                                    uri: "smtp:127.0.0.1:{{mail.port}}"
                                    parameters:
                                      to: caretaker@example.com
                                      from: router@example.com
                                      subject: It is warm
            """;

    @TempDir
    private Path folder;

    @Test
    void sendsAnEventByMail() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try (SimulatedCloud cloud = RouterFixture.cloud()) {
            String device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
            Path routes = Files.createDirectories(folder.resolve("routes"));
            Files.writeString(routes.resolve("mail.camel.yaml"), ROUTE);
            String port = String.valueOf(server.getSmtp().getPort());
            assertThat(RoutesFolder.validator().validate(routes, Map.of("dt.project-id", "p", "mail.port", port)))
                    .isEmpty();
            try (RouterFixture router = RouterFixture.start(folder, cloud, Map.of("mail.port", port))) {
                await().atMost(RouterFixture.PATIENCE)
                        .until(() -> router.json("/routes")
                                .at("/streams/0/state")
                                .asText()
                                .equals("live"));

                String event =
                        cloud.publish(device, "temperature", "{\"value\":31}").eventId();

                await().atMost(RouterFixture.PATIENCE).until(() -> server.getReceivedMessages().length == 1);
                MimeMessage mail = server.getReceivedMessages()[0];
                assertThat(mail.getSubject()).isEqualTo("It is warm");
                assertThat(mail.getAllRecipients()[0]).hasToString("caretaker@example.com");
                assertThat(mail.getFrom()[0]).hasToString("router@example.com");
                assertThat((String) mail.getContent()).contains(event);
            }
        } finally {
            server.stop();
        }
    }
}
