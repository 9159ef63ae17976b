package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.management.ManagementEndpointFile;
import io.github.dtstream.proof.AlarmProof;
import io.github.dtstream.route.reload.Saved;
import io.github.dtstream.simulator.Faults;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.weather.Spell;
import io.github.dtstream.simulator.weather.Target;
import io.github.dtstream.simulator.weather.Weather;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules in a file, events of a simulated cloud, a route that reads alarms, and people who use HTTP. */
final class AlarmsInTheRouterTest {
    private static final String ROUTE = """
            - route:
                id: told
                from:
                  uri: dt-alarm:*
                  parameters: {subscriber: told, startFrom: beginning}
                  steps:
                    - split:
                        simple: "${body}"
                        steps:
                          - setBody: {simple: "${header.DtAlarmKind} ${header.DtAlarmRule} ${header.DtAlarmSeverity} ${header.DtDeviceId} ${header.DtAlarmValue}"}
                          - to: {uri: "file:%s", parameters: {fileName: told.txt, fileExist: Append, appendChars: "\\\\n"}}
            """;

    private static final String RULES = """
            alarms:
              - alarm: warm
                value: temperature
                raise: {above: 8}
                severity: critical
                acknowledge: {lasts: 4h}
            """;

    @TempDir
    private Path folder;

    private Path routes() throws IOException {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        Files.writeString(routes.resolve("told.camel.yaml"), ROUTE.formatted(folder.resolve("out")));
        return routes;
    }

    private List<String> told() throws IOException {
        Path file = folder.resolve("out/told.txt");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static void awaitLive(RouterFixture router) {
        await().atMost(RouterFixture.PATIENCE)
                .until(() ->
                        router.json("/routes").at("/streams/0/state").asText().equals("live"));
    }

    @Test
    void raisesTellsIsAcknowledgedAndRemembersOverARestart() throws Exception {
        Files.writeString(routes().resolve("alarms.yaml"), RULES);
        try (SimulatedCloud cloud = RouterFixture.cloud()) {
            String device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
            try (RouterFixture router = RouterFixture.start(folder, cloud, Map.of())) {
                awaitLive(router);
                cloud.publish(device, "temperature", "{\"value\":9.5}");

                await().atMost(RouterFixture.PATIENCE).until(() -> told().size() == 1);
                assertThat(told().get(0)).isEqualTo("raised warm critical " + device + " 9.5 °C");
                JsonNode alarm = router.json("/alarms").at("/alarms/0");
                assertThat(alarm.path("rule").asText()).isEqualTo("warm");
                assertThat(alarm.path("state").asText()).isEqualTo("unacknowledged");
                assertThat(alarm.path("quantity").asText()).isEqualTo("temperature");
                assertThat(router.json("/alarms/history").at("/0/quantity").asText())
                        .isEqualTo("temperature");

                String request =
                        "{\"action\":\"acknowledge\",\"rule\":\"warm\",\"person\":\"ann\",\"comment\":\"on my way\"}";
                assertThat(post(router, request, false).statusCode()).isEqualTo(401);
                assertThat(post(router, request.replace("warm", "worm"), true).body())
                        .contains("there is no rule 'worm'; did you mean 'warm'?");
                HttpResponse<String> answer = post(router, request, true);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(router.json("/alarms").at("/alarms/0/state").asText())
                        .isEqualTo("acknowledged");
                assertThat(router.json("/alarms/history?rule=warm")).hasSizeGreaterThanOrEqualTo(3);
                assertThat(router.get("/metrics").body())
                        .contains("dt_alarms{severity=\"critical\",state=\"acknowledged\"");
                assertThat(router.json("/routes").toString()).contains("\"subscriber\":\"told\"");
                assertThat(router.get("/health").body()).contains("1 rules, 1 alarms raised");
            }
            try (RouterFixture router = RouterFixture.start(folder, cloud, Map.of())) {
                awaitLive(router);
                await().atMost(RouterFixture.PATIENCE)
                        .until(() -> router.json("/alarms")
                                .at("/alarms/0/state")
                                .asText()
                                .equals("acknowledged"));
                cloud.publish(device, "temperature", "{\"value\":4}");

                await().atMost(RouterFixture.PATIENCE).until(() -> told().size() == 2);
                assertThat(told().get(1)).startsWith("cleared warm");
            }
        }
    }

    @Test
    void anInterruptedStreamIsToldByTheSameRouteUntilItFlowsAgain() throws Exception {
        Files.writeString(
                routes().resolve("alarms.yaml"),
                "alarms: [{alarm: blind, value: stream, raise: {for: 4s}, severity: critical, acknowledge: {lasts: 4h}}]");
        try (SimulatedCloud cloud = RouterFixture.cloud()) {
            cloud.addDevices(1, DeviceType.TEMPERATURE);
            try (RouterFixture router = RouterFixture.start(folder, cloud, Map.of())) {
                awaitLive(router);
                cloud.faults().weather(Spell.of(Target.STREAM, Weather.UNAVAILABLE));
                cloud.faults().endStreams(Faults.StreamEnd.CUT);

                await().atMost(RouterFixture.PATIENCE).until(() -> told().size() == 1);
                assertThat(told().get(0)).isEqualTo("raised blind critical  INTERRUPTED");
                HttpResponse<String> answer = post(
                        router,
                        "{\"action\":\"acknowledge\",\"rule\":\"blind\",\"person\":\"ann\",\"comment\":\"calling\"}",
                        true);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                cloud.faults().clear();

                await().atMost(RouterFixture.PATIENCE).until(() -> told().size() == 2);
                assertThat(told().get(1)).isEqualTo("cleared blind critical  FLOWING");
                AlarmProof proof = new AlarmProof(
                        router.data, cloud.projectId(), Files.readString(folder.resolve("routes/alarms.yaml")));
                await().atMost(RouterFixture.PATIENCE)
                        .untilAsserted(() -> assertThat(proof.compare()).matches(AlarmProof.Outcome::isGood));
            }
        }
    }

    @Test
    void withoutRulesThereIsNoThreadAndNoFolderUntilThereAreSome() throws Exception {
        Path routes = routes();
        try (SimulatedCloud cloud = RouterFixture.cloud()) {
            String device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
            RouterFixture.addRoute(folder, "files");
            try (RouterFixture router = RouterFixture.start(folder, cloud, Map.of())) {
                awaitLive(router);
                assertThat(router.data.resolve("alarms")).doesNotExist();
                // a thread of a test before this one may still end
                await().atMost(RouterFixture.PATIENCE)
                        .untilAsserted(
                                () -> assertThat(Thread.getAllStackTraces().keySet())
                                        .noneMatch(thread -> thread.getName().startsWith("dt-alarms")));

                Saved.at(routes.resolve("alarms.yaml"), RULES);
                await().atMost(RouterFixture.PATIENCE)
                        .until(() ->
                                router.json("/alarms").at("/streams/0/rules").asInt() == 1);
                cloud.publish(device, "temperature", "{\"value\":9.5}");

                await().atMost(RouterFixture.PATIENCE).until(() -> told().size() == 1);
            }
        }
    }

    @Test
    void aRouteThatNarrowsTheStreamIsNamedWithWhatToDo() throws Exception {
        Path routes = routes();
        Files.writeString(routes.resolve("alarms.yaml"), RULES);
        RouterFixture.addRoute(folder, "files");
        Path narrow = routes.resolve("files.camel.yaml");
        Files.writeString(
                narrow,
                Files.readString(narrow).replace("subscriber: files", "subscriber: files\n        eventTypes: touch"));
        try (SimulatedCloud cloud = RouterFixture.cloud();
                RouterFixture router = RouterFixture.start(folder, cloud, Map.of())) {
            await().atMost(RouterFixture.PATIENCE)
                    .until(() -> router.get("/health").body().contains("alarms need all events of the stream"));
            assertThat(router.get("/health").body()).contains("stream=NAME");
        }
    }

    @Test
    void editsUnderLoadKeepTheAlarmsOfOtherRulesAndLoseNoChange() throws Exception {
        String rules = """
                alarms:
                  - {alarm: kept, value: pressure, raise: {above: 100000}}
                  - {alarm: warm, value: temperature, raise: {above: 20}}
                """;
        String more = rules.replace("above: 20", "above: 18")
                + "  - {alarm: cold, value: temperature, raise: {below: 10}, clear: {for: 1s}}\n";
        Path file = routes().resolve("alarms.yaml");
        Files.writeString(file, rules);
        try (SimulatedCloud cloud = RouterFixture.cloud()) {
            String device = cloud.addDevices(20, DeviceType.TEMPERATURE).get(0);
            try (RouterFixture router = RouterFixture.start(folder, cloud, Map.of())) {
                awaitLive(router);
                cloud.publish(device, "pressure", "{\"pascal\":101000}");
                await().atMost(RouterFixture.PATIENCE)
                        .until(() -> router.json("/alarms/history?rule=kept").size() > 0);
                cloud.produce(300);
                for (int turn = 0; turn < 6; turn++) {
                    Saved.at(file, turn % 2 == 0 ? more : rules);
                    int inForce = turn % 2 == 0 ? 3 : 2;
                    await().atMost(RouterFixture.PATIENCE)
                            .until(() -> router.json("/alarms")
                                            .at("/streams/0/rules")
                                            .asInt()
                                    == inForce);
                }
                cloud.stopProduction();

                assertThat(router.json("/alarms/history?rule=kept"))
                        .extracting(entry -> entry.path("change").asText())
                        .containsOnlyOnce("raised")
                        .doesNotContain("cleared", "ended");
                AlarmProof proof = new AlarmProof(router.data, cloud.projectId(), rules);
                await().atMost(RouterFixture.PATIENCE)
                        .untilAsserted(() -> assertThat(proof.compare()).matches(AlarmProof.Outcome::isGood));
            }
        }
    }

    private static HttpResponse<String> post(RouterFixture router, String body, boolean withToken) throws IOException {
        HttpRequest.Builder request = router.request("/alarms").POST(HttpRequest.BodyPublishers.ofString(body));
        if (withToken) {
            request.header("Authorization", "Bearer " + ManagementEndpointFile.tokenOf(router.data));
        }
        return router.send(request.build());
    }
}
