package io.github.dtstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.storage.SystemStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastValuesTest {
    private static final long SEED = 11;

    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final MemoryShare memory = budget.share(Holder.TOPICS, 0);
    private Path file;

    @BeforeEach
    void choosesAFile(@TempDir Path directory) {
        file = directory.resolve("state/last.bin");
    }

    @Test
    void takesWhatIsNewerOrTheSameAndNothingOlder() throws Exception {
        try (LastValues values = LastValues.open(file, new SystemStorage(), memory)) {
            assertThat(values.isNewest("a", 10)).isTrue();
            assertThat(values.isNewest("a", 10)).isTrue();
            assertThat(values.isNewest("a", 9)).isFalse();
            assertThat(values.isNewest("b", 9)).isTrue();
            assertThat(values.isNewest("a", 11)).isTrue();
            assertThat(values.isNewest("a", 10)).isFalse();
        }
    }

    @Test
    void remembersManyTopicsOverARestart() throws Exception {
        Random random = new Random(SEED);
        Map<String, Long> model = new HashMap<>();
        for (int run = 0; run < 3; run++) {
            try (LastValues values = LastValues.open(file, new SystemStorage(), memory)) {
                assertThat(values.size()).isEqualTo(model.size());
                for (int i = 0; i < 20_000; i++) {
                    String topic = "dt/p/d" + random.nextInt(5_000) + "/t/last";
                    long timestamp = random.nextLong(1_000_000);
                    boolean expected = timestamp >= model.getOrDefault(topic, Long.MIN_VALUE);
                    assertThat(values.isNewest(topic, timestamp))
                            .as("seed %d, %s", SEED, topic)
                            .isEqualTo(expected);
                    model.merge(topic, timestamp, Math::max);
                }
            }
        }
        assertThat(Files.size(file)).isEqualTo(16L * model.size());
    }

    @Test
    void overwritesAnEntryThatACrashCutShort() throws Exception {
        try (LastValues values = LastValues.open(file, new SystemStorage(), memory)) {
            values.isNewest("a", 10);
        }
        Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);

        try (LastValues values = LastValues.open(file, new SystemStorage(), memory)) {
            assertThat(values.isNewest("b", 5)).isTrue();
        }

        try (LastValues values = LastValues.open(file, new SystemStorage(), memory)) {
            assertThat(values.size()).isEqualTo(2);
            assertThat(values.isNewest("a", 9)).isFalse();
            assertThat(values.isNewest("b", 4)).isFalse();
        }
    }

    /** Values that are sent together, numbered from 0. */
    private static LastValues.Values send(LastValues values, String topic, long... timestamps) {
        LastValues.Values batch = values.begin();
        for (int message = 0; message < timestamps.length; message++) {
            assertThat(values.isLate(topic, timestamps[message], batch, message))
                    .isFalse();
        }
        return batch;
    }

    private static boolean isLate(LastValues values, String topic, long timestamp) {
        LastValues.Values asked = values.begin();
        boolean late = values.isLate(topic, timestamp, asked, 0);
        values.ended(asked, message -> false);
        return late;
    }

    @Test
    void knowsWhatIsLateOverARestart() throws Exception {
        try (LastValues values = LastValues.open(file, new SystemStorage(), memory)) {
            LastValues.Values a = send(values, "a", 10, 10);
            LastValues.Values b = send(values, "b", 20);
            assertThat(isLate(values, "a", 9)).isTrue();
            assertThat(isLate(values, "a", 10)).isFalse();
            assertThat(values.isNewest("a/last", 5)).isTrue();
            values.ended(a, message -> true);
            values.ended(b, message -> true);
            assertThat(Files.size(file)).isEqualTo(3 * 16);
        }

        try (LastValues values = LastValues.open(file, new SystemStorage(), memory)) {
            assertThat(isLate(values, "a", 9)).isTrue();
            assertThat(isLate(values, "b", 19)).isTrue();
            assertThat(isLate(values, "b", 20)).isFalse();
            assertThat(values.isNewest("a/last", 4)).isFalse();
        }
    }

    @Test
    void takesWhatIsOnItsWayForPublished() throws Exception {
        try (LastValues values = LastValues.open(file, new SystemStorage(), memory)) {
            LastValues.Values batch = send(values, "a", 10, 12);

            assertThat(isLate(values, "a", 11)).isTrue();
            values.ended(batch, message -> true);
            assertThat(isLate(values, "a", 11)).isTrue();
        }
    }

    @Test
    void forgetsWhatWasNotAcknowledgedSoThatARepeatHasTheTopicOfBefore() throws Exception {
        try (LastValues values = LastValues.open(file, new SystemStorage(), memory)) {
            values.ended(send(values, "a", 9), message -> true);

            values.ended(send(values, "a", 10, 12), message -> false);

            assertThat(isLate(values, "a", 8)).isTrue();
            values.ended(send(values, "a", 10, 12), message -> true);
            assertThat(isLate(values, "a", 11)).isTrue();
        }
    }

    @Test
    void callsARepeatLateOnlyIfTheBrokerHasSomethingNewer() throws Exception {
        try (LastValues values = LastValues.open(file, new SystemStorage(), memory)) {
            values.ended(send(values, "a", 10, 11, 12), message -> message == 1);

            assertThat(isLate(values, "a", 10)).isTrue();
            assertThat(isLate(values, "a", 12)).isFalse();
        }
    }

    @Test
    void knowsTheNewestThatIsStillOnItsWayWhenOneThatIsNewerFails() throws Exception {
        try (LastValues values = LastValues.open(file, new SystemStorage(), memory)) {
            send(values, "a", 10);
            LastValues.Values failing = send(values, "a", 20);
            values.ended(failing, message -> false);

            assertThat(isLate(values, "a", 9)).isTrue();
            assertThat(isLate(values, "a", 15)).isFalse();
        }
    }

    @Test
    void recordsNothingOfWhatACrashCutShort() throws Exception {
        try (LastValues crashed = LastValues.open(file, new SystemStorage(), memory)) {
            crashed.ended(send(crashed, "a", 10), message -> true);
            send(crashed, "a", 11, 12);
            send(crashed, "b", 20);
            assertThat(crashed.isNewest("c/last", 5)).isTrue();

            try (LastValues values = LastValues.open(file, new SystemStorage(), memory)) {
                assertThat(isLate(values, "a", 9)).isTrue();
                assertThat(isLate(values, "a", 11)).isFalse();
                assertThat(isLate(values, "b", 1)).isFalse();
                assertThat(values.isNewest("c/last", 4)).isFalse();
            }
        }
    }

    @Test
    void survivesTheInterruptOfAThreadThatRecords() throws Exception {
        try (LastValues values = LastValues.open(file, new SystemStorage(), memory)) {
            Thread.currentThread().interrupt();
            assertThat(values.isNewest("a", 10)).isTrue();
            assertThat(Thread.interrupted()).isTrue();

            assertThat(values.isNewest("a", 11)).isTrue();
        }
        try (LastValues values = LastValues.open(file, new SystemStorage(), memory)) {
            assertThat(values.isNewest("a", 10)).isFalse();
        }
    }

    @Test
    void neverTakesAnOlderValueForTheNewestWhereverTheProcessIsKilled() throws Exception {
        boolean killed = true;
        for (int operation = 1; killed; operation++) {
            Path own = file.resolveSibling("killed-" + operation);
            FaultyStorage storage = new FaultyStorage();
            try (LastValues values = LastValues.open(own, storage, memory)) {
                values.isNewest("a", 10);
                values.isNewest("b", 20);
            }
            storage.crashAt(operation);
            killed = false;
            try (LastValues values = LastValues.open(own, storage, memory)) {
                values.isNewest("b", 21);
                values.isNewest("c", 30);
                values.isNewest("a", 11);
            } catch (FaultyStorage.Crash e) {
                killed = true;
            }
            storage.mend();

            try (LastValues values = LastValues.open(own, storage, memory)) {
                assertThat(values.isNewest("a", 9))
                        .as("operation %d", operation)
                        .isFalse();
                assertThat(values.isNewest("b", 19))
                        .as("operation %d", operation)
                        .isFalse();
                assertThat(values.isNewest("c", 29) && !killed)
                        .as("operation %d", operation)
                        .isFalse();
            }
        }
    }
}
