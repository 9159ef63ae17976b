package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.weather.Target;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two projects of one account with one set of files, including the shipped ones; a fault of one does not affect the
 * other.
 */
final class SeveralProjectsTest {
    private static final String RULES = """
            alarms:
              - {alarm: warm, value: temperature, raise: {above: 8}, severity: critical}
            """;

    private static final String ALARMS = """
            - route:
                id: alarms
                from:
                  uri: dt-alarm:*
                  parameters: {subscriber: alarm-files}
                  steps:
                    - split:
                        simple: "${body}"
                        steps:
                          - setBody: {simple: "${header.DtProjectId} ${header.DtAlarmRule} ${header.DtDeviceId}"}
                          - to:
                              uri: file:%s
                              parameters: {fileName: alarms.txt, fileExist: Append, appendChars: "\\\\n"}
            """;

    @TempDir
    private Path folder;

    private SimulatedCloud one;
    private SimulatedCloud other;
    private String deviceOfOne;
    private String deviceOfOther;

    @BeforeEach
    void start() throws Exception {
        one = RouterFixture.cloud();
        other = one.addProject(new Random(2));
        deviceOfOne = one.addDevices(1, DeviceType.TEMPERATURE).get(0);
        deviceOfOther = other.addDevices(1, DeviceType.TEMPERATURE).get(0);
        Path routes = Files.createDirectories(folder.resolve("routes"));
        Files.copy(Path.of("routes/events-to-files.camel.yaml"), routes.resolve("events-to-files.camel.yaml"));
    }

    @AfterEach
    void stop() {
        one.close();
    }

    private RouterFixture router(Map<String, String> more) throws Exception {
        Map<String, String> settings = new TreeMap<>(more);
        settings.putIfAbsent("dt.project-id", one.projectId() + ", " + other.projectId());
        return RouterFixture.start(folder, one, settings);
    }

    private static JsonNode stream(RouterFixture router, SimulatedCloud cloud) {
        for (JsonNode stream : router.json("/routes").path("streams")) {
            if (stream.path("stream").asText().equals(cloud.projectId() + "/default")) {
                return stream;
            }
        }
        return RouterFixture.parse("{}");
    }

    private static void awaitLive(RouterFixture router, SimulatedCloud... clouds) {
        for (SimulatedCloud cloud : clouds) {
            await().atMost(RouterFixture.PATIENCE)
                    .until(() -> stream(router, cloud).path("state").asText().equals("live"));
        }
    }

    private static void awaitWell(RouterFixture router) {
        await().atMost(RouterFixture.PATIENCE)
                .untilAsserted(
                        () -> assertThat(router.json("/health").path("status").asText())
                                .as(router.get("/health").body())
                                .isEqualTo("UP"));
    }

    private static SimulatedEvent publish(SimulatedCloud cloud, String device, double value) {
        return cloud.publish(device, "temperature", "{\"value\":" + value + "}");
    }

    /** The identifiers of the events in all files of a folder. */
    private static List<String> events(Path files) {
        try (Stream<Path> all = Files.isDirectory(files) ? Files.list(files) : Stream.empty()) {
            return all.filter(Files::isRegularFile)
                    .flatMap(file -> lines(file).stream())
                    .map(line -> RouterFixture.parse(line).path("eventId").asText())
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitEvents(Path files, SimulatedEvent... expected) {
        await().atMost(RouterFixture.PATIENCE)
                .untilAsserted(() -> assertThat(events(files))
                        .containsExactly(
                                Stream.of(expected).map(SimulatedEvent::eventId).toArray(String[]::new)));
    }

    @Test
    void eachHasItsFilesAlarmsPlaceAndLinesInWhatIsShown() throws Exception {
        Path out = folder.resolve("out");
        Files.writeString(folder.resolve("routes/alarms.yaml"), RULES);
        Files.writeString(folder.resolve("routes/alarms.camel.yaml"), ALARMS.formatted(out));
        try (RouterFixture router = router(Map.of())) {
            awaitLive(router, one, other);
            SimulatedEvent ofOne = publish(one, deviceOfOne, 9.5);
            SimulatedEvent ofOther = publish(other, deviceOfOther, 10.5);

            awaitEvents(router.data.resolve("events/" + one.projectId()), ofOne);
            awaitEvents(router.data.resolve("events/" + other.projectId()), ofOther);
            await().atMost(RouterFixture.PATIENCE)
                    .until(() -> Files.exists(out.resolve("alarms.txt"))
                            && lines(out.resolve("alarms.txt")).size() == 2);
            assertThat(lines(out.resolve("alarms.txt")))
                    .containsExactlyInAnyOrder(
                            one.projectId() + " warm " + deviceOfOne, other.projectId() + " warm " + deviceOfOther);
            assertThat(router.json("/alarms").path("alarms")).hasSize(2);

            assertThat(RouterFixture.command("list", "--data-dir", router.data.toString())
                            .out())
                    .contains("events-to-files of " + one.projectId(), "events-to-files of " + other.projectId());
            assertThat(router.get("/metrics").body())
                    .contains("dt_route_delivered_events_total{project=\"" + one.projectId()
                            + "\",route=\"events-to-files\",subscriber=\"files\"}")
                    .contains("dt_route_delivered_events_total{project=\"" + other.projectId()
                            + "\",route=\"events-to-files\",subscriber=\"files\"}");
            awaitWell(router);
            JsonNode now = router.json("/api/now");
            assertThat(now.path("streams")).hasSize(2);
            assertThat(now.path("routes")).hasSize(2);
            assertThat(router.json("/api/devices").toString()).contains(deviceOfOne, deviceOfOther);
            assertThat(router.json("/api/routes").toString()).contains("events-to-files");
            assertThat(RouterFixture.command(
                                    "replay",
                                    "--data-dir",
                                    router.data.toString(),
                                    "--subscriber",
                                    "files",
                                    "--from",
                                    "-1h")
                            .code())
                    .isZero();
            awaitEvents(router.data.resolve("events/" + one.projectId()), ofOne, ofOne);
            awaitEvents(router.data.resolve("events/" + other.projectId()), ofOther, ofOther);
        }
    }

    @Test
    void aSinkThatFailsForOneProjectHoldsUpThatOneOnly() throws Exception {
        Path blocked = folder.resolve("data/events/" + other.projectId());
        Files.createDirectories(blocked.getParent());
        Files.writeString(blocked, "where the folder should be");
        try (RouterFixture router = router(Map.of())) {
            awaitLive(router, one, other);
            SimulatedEvent waits = publish(other, deviceOfOther, 1);
            await().atMost(RouterFixture.PATIENCE)
                    .until(() ->
                            router.get("/health").body().contains("route events-to-files of " + other.projectId()));
            SimulatedEvent first = publish(one, deviceOfOne, 2);
            SimulatedEvent second = publish(one, deviceOfOne, 3);

            awaitEvents(router.data.resolve("events/" + one.projectId()), first, second);
            await().atMost(RouterFixture.PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    router.json("/routes").path("complaints").findValuesAsText("part"))
                            .contains("route events-to-files of " + other.projectId())
                            .doesNotContain("route events-to-files of " + one.projectId()));
            assertThat(router.json("/api/now")
                            .path("routes")
                            .path(0)
                            .path("advice")
                            .asText())
                    .startsWith("events-to-files of " + other.projectId() + ": deliveries fail");

            Files.delete(blocked);
            awaitEvents(blocked, waits);
        }
    }

    @Test
    void aProjectThatTheCloudRefusesLeavesTheOtherAlone() throws Exception {
        other.faults().respond(Target.STREAM, 10_000, 403);
        try (RouterFixture router = router(Map.of())) {
            awaitLive(router, one);
            await().atMost(RouterFixture.PATIENCE)
                    .until(() -> stream(router, other).path("state").asText().equals("stopped"));
            SimulatedEvent event = publish(one, deviceOfOne, 2);

            awaitEvents(router.data.resolve("events/" + one.projectId()), event);
            assertThat(router.get("/health").body()).contains("stream " + other.projectId() + "/default");
            assertThat(router.get("/health").statusCode()).isEqualTo(503);
            assertThat(router.get("/health/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aJournalThatCannotBeOpenedLeavesTheOtherProjectAloneAndIsTriedAgain() throws Exception {
        Path journal = folder.resolve("data/journal/" + other.projectId());
        Files.createDirectories(journal.getParent());
        Files.writeString(journal, "where the folder should be");
        try (RouterFixture router = router(Map.of())) {
            awaitLive(router, one);
            SimulatedEvent event = publish(one, deviceOfOne, 2);
            awaitEvents(router.data.resolve("events/" + one.projectId()), event);
            assertThat(router.get("/health").body())
                    .contains("route events-to-files of " + other.projectId(), "cannot be read", "tried again");

            Files.delete(journal);
            awaitLive(router, other);
            SimulatedEvent late = publish(other, deviceOfOther, 3);
            awaitEvents(router.data.resolve("events/" + other.projectId()), late);
            awaitWell(router);
        }
    }

    @Test
    void whatIsPushedGoesToItsProject() throws Exception {
        Files.writeString(folder.resolve("routes/push.camel.yaml"), """
                - route:
                    id: push
                    from:
                      uri: platform-http:/push
                      steps:
                        - to: dt-stream:{{dt.project-id}}
                        - setBody: {simple: "${header.DtAdded} ${header.DtKnown}"}
                """);
        try (RouterFixture router = router(Map.of())) {
            awaitLive(router, one, other);
            SimulatedEvent event = publish(other, deviceOfOther, 4);
            awaitEvents(router.data.resolve("events/" + other.projectId()), event);
            String known = new String(event.json(), StandardCharsets.UTF_8);
            String pushed = known.replace(event.eventId(), "pushed1");

            assertThat(push(router, pushed)).isEqualTo("200 1 0");
            assertThat(push(router, known)).isEqualTo("200 0 1");
            assertThat(push(router, pushed.replace("projects/", "projects/x"))).startsWith("500");
            await().atMost(RouterFixture.PATIENCE)
                    .untilAsserted(() -> assertThat(events(router.data.resolve("events/" + other.projectId())))
                            .containsExactly(event.eventId(), "pushed1"));
            assertThat(events(router.data.resolve("events/" + one.projectId()))).isEmpty();
        }
    }

    private static String push(RouterFixture router, String body) {
        HttpResponse<String> answer = router.send(router.request("/push")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
        return answer.statusCode() + " " + answer.body();
    }

    @Test
    void aBackfillReadsWhatItCanAndSaysOfWhichProjectItCannot() throws Exception {
        boolean isFirst = one.projectId().compareTo(other.projectId()) < 0;
        SimulatedCloud refused = isFirst ? one : other;
        SimulatedCloud read = isFirst ? other : one;
        try (RouterFixture router = router(Map.of())) {
            awaitLive(router, one, other);
            refused.faults().respond(Target.DEVICES, 1000, 403);
            refused.faults().respond(Target.HISTORY, 1000, 403);
            SimulatedEvent missed = read.publish(
                    isFirst ? deviceOfOther : deviceOfOne,
                    "temperature",
                    "{\"value\":5}",
                    Instant.now().minusSeconds(600),
                    SimulatedEvent.Origin.HISTORY_ONLY);

            RouterFixture.Ended ended =
                    RouterFixture.command("backfill", "--data-dir", router.data.toString(), "--from", "-1h");

            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.out() + ended.err()).contains(refused.projectId(), "1 of them new");
            awaitEvents(router.data.resolve("events/" + read.projectId()), missed);
        }
    }

    @Test
    void aSecondProjectIsAddedWithoutReadingTheFirstAgain() throws Exception {
        SimulatedEvent before;
        try (RouterFixture router = router(Map.of("dt.project-id", one.projectId()))) {
            awaitLive(router, one);
            before = publish(one, deviceOfOne, 1);
            awaitEvents(router.data.resolve("events"), before);
        }
        try (RouterFixture router = router(Map.of())) {
            awaitLive(router, one, other);
            SimulatedEvent after = publish(one, deviceOfOne, 2);
            SimulatedEvent ofOther = publish(other, deviceOfOther, 2);

            awaitEvents(router.data.resolve("events/" + one.projectId()), after);
            awaitEvents(router.data.resolve("events/" + other.projectId()), ofOther);
            assertThat(events(router.data.resolve("events"))).containsExactly(before.eventId());
        }
    }
}
