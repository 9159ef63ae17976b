package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.app.router.RouterFixture;
import io.github.dtstream.management.ManagementEndpointFile;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Replay and backfill by the commands over real HTTP. All tests share one router, as each has its own events. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplayAndBackfillTest {
    @TempDir
    private static Path folder;

    private SimulatedCloud cloud;
    private String device;
    private RouterFixture router;

    @BeforeAll
    void startRouter() throws Exception {
        cloud = RouterFixture.cloud();
        device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        RouterFixture.addRoute(folder, "one");
        RouterFixture.addRoute(folder, "two");
        router = RouterFixture.start(folder, cloud, Map.of());
        await().atMost(RouterFixture.PATIENCE)
                .until(() ->
                        router.json("/routes").at("/streams/0/state").asText().equals("live"));
    }

    @AfterAll
    void stop() throws Exception {
        router.close();
        cloud.close();
    }

    private String publish() {
        return cloud.publish(device, "temperature", "{\"value\":21.5}").eventId();
    }

    private String publish(Instant at, SimulatedEvent.Origin origin) {
        return cloud.publish(device, "temperature", "{\"value\":21.5}", at, origin)
                .eventId();
    }

    private long times(String eventId, String route) {
        Path file = folder.resolve("out").resolve(route + ".txt");
        try {
            return Files.exists(file)
                    ? Files.readString(file)
                            .lines()
                            .filter(line -> line.contains(eventId))
                            .count()
                    : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitDelivered(String eventId) {
        await().atMost(RouterFixture.PATIENCE).until(() -> times(eventId, "one") == 1 && times(eventId, "two") == 1);
    }

    private RouterFixture.Ended command(String... arguments) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--data-dir";
        all[arguments.length + 1] = router.data.toString();
        return RouterFixture.command(all);
    }

    @Test
    void replaysASpanToOneSubscriberAndMovesNoCursor() {
        Instant base = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        String early = publish(base.minusSeconds(600), SimulatedEvent.Origin.LATE);
        String first = publish(base.minusSeconds(300), SimulatedEvent.Origin.LATE);
        String second = publish(base.minusSeconds(200), SimulatedEvent.Origin.LATE);
        String late = publish(base.minusSeconds(100), SimulatedEvent.Origin.LATE);
        List.of(early, first, second, late).forEach(this::awaitDelivered);

        RouterFixture.Ended ended = command(
                "replay",
                "--subscriber",
                "one",
                "--from",
                base.minusSeconds(300).toString(),
                "--to",
                base.minusSeconds(100).toString());

        assertThat(ended.code()).as(ended.toString()).isZero();
        assertThat(ended.out())
                .matches("(?s)Job \\d+: replay to one.*")
                .contains("is done: 2 events were delivered again");
        assertThat(times(first, "one")).isEqualTo(2);
        assertThat(times(second, "one")).isEqualTo(2);
        assertThat(times(early, "one")).isEqualTo(1);
        assertThat(times(late, "one")).isEqualTo(1);
        assertThat(times(first, "two")).isEqualTo(1);
        String next = publish();
        awaitDelivered(next);
    }

    @Test
    void replaysMoreThanABatchCompletely() {
        Instant begin = Instant.now();
        long before = lines();
        for (int i = 0; i < 300; i++) {
            publish();
        }
        await().atMost(RouterFixture.PATIENCE).until(() -> lines() == before + 300);

        RouterFixture.Ended ended = command("replay", "--subscriber", "one", "--from", begin.toString());

        assertThat(ended.out()).contains("is done: 300 events were delivered again");
        assertThat(lines()).isEqualTo(before + 600);
        assertThat(command("list").out()).contains("replay to one").contains("300 events were delivered again");
    }

    private long lines() throws UncheckedIOException {
        Path file = folder.resolve("out/one.txt");
        try {
            return Files.exists(file) ? Files.readString(file).lines().count() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void saysWhenTheJournalHoldsNothingOfThatTime() {
        RouterFixture.Ended ended = command("replay", "--subscriber", "one", "--from", "-3d", "--to", "-2d");

        assertThat(ended.code()).isZero();
        assertThat(ended.out())
                .contains("the journal holds no events of that time")
                .contains("backfill");
    }

    @Test
    void backfillsWhatTheJournalLacksToAllRoutes() {
        String known = publish();
        awaitDelivered(known);
        String missed = publish(Instant.now().minusSeconds(900), SimulatedEvent.Origin.HISTORY_ONLY);

        RouterFixture.Ended ended = command("backfill", "--from", "-1h");

        assertThat(ended.code()).as(ended.toString()).isZero();
        assertThat(ended.out()).contains("1 of them new");
        awaitDelivered(missed);
        assertThat(times(known, "one")).isEqualTo(1);
    }

    @Test
    void namesTheSubscribersAndStreamsThatThereAre() {
        RouterFixture.Ended subscriber = command("replay", "--subscriber", "tow", "--from", "-1h");
        RouterFixture.Ended stream = command("backfill", "--stream", "other", "--from", "-1h");

        assertThat(subscriber.code()).isEqualTo(78);
        assertThat(subscriber.err()).contains("there is no subscriber 'tow'; did you mean 'two'? There are: one, two.");
        assertThat(stream.code()).isEqualTo(78);
        assertThat(stream.err()).contains("there is no stream 'other'", cloud.projectId() + "/default");
    }

    @Test
    void refusesToStartAnythingWithoutTheToken() throws IOException {
        String body = "{\"subscriber\":\"one\",\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-01-02T00:00:00Z\"}";
        HttpRequest.Builder request = router.request("/jobs/replay").POST(HttpRequest.BodyPublishers.ofString(body));

        HttpResponse<String> without = router.send(request.copy().build());
        HttpResponse<String> wrong = router.send(request.copy()
                .header("Authorization", "Bearer " + "0".repeat(64))
                .build());
        HttpResponse<String> right = router.send(request.copy()
                .header("Authorization", "Bearer " + ManagementEndpointFile.tokenOf(router.data))
                .build());

        assertThat(without.statusCode()).isEqualTo(401);
        assertThat(without.body()).contains("management.token");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(right.statusCode()).isEqualTo(202);
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(router.data.resolve("management.token"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void saysWhatIsWrongWithARequest() throws IOException {
        HttpRequest.Builder request = router.request("/jobs/replay")
                .header("Authorization", "Bearer " + ManagementEndpointFile.tokenOf(router.data));

        assertThat(router.send(request.copy()
                                .POST(HttpRequest.BodyPublishers.ofString("{"))
                                .build())
                        .statusCode())
                .isEqualTo(400);
        assertThat(router.send(request.copy()
                                .POST(HttpRequest.BodyPublishers.ofString("{\"subscriber\":\"one\"}"))
                                .build())
                        .body())
                .contains("2026-01-31T08:00:00Z");
        assertThat(router.get("/jobs/99").statusCode()).isEqualTo(404);
    }
}
