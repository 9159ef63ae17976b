package io.github.dtstream.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.change.AlarmChange.Transition;
import io.github.dtstream.event.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The history of a trial, of which everything was received at minute 40. */
class AlarmHistoryTest {
    private static final Instant RECEIVED = AlarmFixture.minute(40);

    @TempDir
    private Path folder;

    private AlarmTrial trial;

    @BeforeEach
    void start() throws Exception {
        trial = AlarmTrial.withHistory(folder);
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    /** The transitions up to the given number, as {@code raised d1}. */
    private List<String> read(Instant from, Predicate<Event> wanted, int most) throws IOException {
        List<String> read = new ArrayList<>();
        AlarmHistory.read(trial.running().journal(), from, wanted, (event, change) -> {
            if (change instanceof Transition transition) {
                assertThat(event.deviceId()).isEqualTo(transition.key().deviceId());
                read.add(transition.kind().label() + " " + transition.key().deviceId());
            }
            return read.size() < most;
        });
        return read;
    }

    private List<String> read(Instant from) throws IOException {
        return read(from, event -> true, 100);
    }

    @Test
    void passesAllChangesOldestFirst() throws IOException {
        assertThat(read(Instant.EPOCH)).containsExactly("raised d1", "cleared d1", "raised d2", "cleared d2");
    }

    @Test
    void endsWhenTheVisitorHasSeenEnough() throws IOException {
        assertThat(read(Instant.EPOCH, event -> true, 2)).containsExactly("raised d1", "cleared d1");
    }

    @Test
    void passesOnlyChangesOfWantedEvents() throws IOException {
        assertThat(read(Instant.EPOCH, event -> "d2".equals(event.deviceId()), 100))
                .containsExactly("raised d2", "cleared d2");
    }

    /** The cloud's clock stamps an event up to an hour after this machine's clock has stamped its receipt. */
    @Test
    void includesWhatWasReceivedUpToAnHourBefore() throws IOException {
        assertThat(read(RECEIVED.plusSeconds(3600))).hasSize(4);
        assertThat(read(RECEIVED.plusSeconds(3601))).isEmpty();
    }
}
