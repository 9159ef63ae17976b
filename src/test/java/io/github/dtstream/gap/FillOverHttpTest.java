package io.github.dtstream.gap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.cloud.CloudClient;
import io.github.dtstream.cloud.CloudClientSettings;
import io.github.dtstream.cloud.Credentials;
import io.github.dtstream.cloud.Secret;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.session.StreamFilters;
import io.github.dtstream.simulator.DeviceType;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatedEvent;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.time.Sleeper;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fill with nothing replaced: HTTP, tokens, the journal on disk, the worker's own thread. */
class FillOverHttpTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final FillSettings SETTINGS = new FillSettings(
            Duration.ofMillis(1500),
            Duration.ofSeconds(30),
            Duration.ofDays(30),
            200,
            Duration.ZERO,
            1,
            7,
            1000,
            Duration.ofDays(1));

    @TempDir
    private Path folder;

    @Test
    void journalHoldsWhatTheCloudProducedDuringTheOutage() throws Exception {
        SimulatorSettings settings =
                SimulatorSettings.defaults().withIndexingDelay(Duration.ofMillis(200), Duration.ofSeconds(1));
        try (SimulatedCloud cloud = SimulatedCloud.start(settings, CLOCK, new Random(1));
                CloudClient client = client(cloud);
                RejectFile rejects = new RejectFile(folder.resolve("rejected"), 1 << 20, CLOCK);
                Journal journal = Journal.open(folder.resolve("journal"), JournalSettings.DEFAULTS, rejects, CLOCK)) {
            GapLedger ledger =
                    GapLedger.open(folder.resolve("gaps.json"), SETTINGS, Duration.ofMinutes(2), 200, CLOCK, gap -> {});
            try (HistoryFill fill = new HistoryFill(
                    cloud.projectId(),
                    () -> StreamFilters.NONE,
                    client,
                    ledger,
                    EventLog.of(journal, JournalSettings.DEFAULTS, rejects),
                    folder.resolve("fill"),
                    SETTINGS,
                    new Surroundings(CLOCK, Sleeper.SYSTEM, new Random(2), Thread::new))) {
                fill.start();
                ledger.interrupted(CLOCK.instant(), "the connection was reset");
                for (String device : cloud.addDevices(3, DeviceType.TEMPERATURE)) {
                    for (int i = 0; i < 20; i++) {
                        cloud.publish(device, "temperature", "{\"temperature\":{\"value\":" + i + "}}");
                    }
                }
                ledger.resumed(CLOCK.instant());

                await().atMost(Duration.ofSeconds(60))
                        .until(() -> ledger.snapshot().get(0).state() == Gap.State.CLOSED);
            }
            assertThat(identifiers(journal))
                    .containsExactlyInAnyOrderElementsOf(cloud.produced().stream()
                            .map(SimulatedEvent::eventId)
                            .toList());
            assertThat(rejects.count()).isZero();
        }
    }

    private static List<String> identifiers(Journal journal) throws Exception {
        List<String> identifiers = new ArrayList<>();
        journal.scan(Instant.EPOCH, record -> identifiers.add(record.event().eventId()));
        return identifiers;
    }

    private static CloudClient client(SimulatedCloud cloud) {
        return new CloudClient(
                new CloudClientSettings(
                        cloud.baseUri(), Duration.ofSeconds(10), Duration.ofSeconds(30), "test", null, null),
                new Credentials.Basic(
                        cloud.account().keyId(), new Secret(cloud.account().secret())),
                CLOCK);
    }
}
