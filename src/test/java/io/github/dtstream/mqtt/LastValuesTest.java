package io.github.dtstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

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

    private Path file;

    @BeforeEach
    void choosesAFile(@TempDir Path directory) {
        file = directory.resolve("state/last.bin");
    }

    @Test
    void takesWhatIsNewerOrTheSameAndNothingOlder() throws Exception {
        try (LastValues values = LastValues.open(file)) {
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
            try (LastValues values = LastValues.open(file)) {
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
        try (LastValues values = LastValues.open(file)) {
            values.isNewest("a", 10);
        }
        Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);

        try (LastValues values = LastValues.open(file)) {
            assertThat(values.isNewest("b", 5)).isTrue();
        }

        try (LastValues values = LastValues.open(file)) {
            assertThat(values.size()).isEqualTo(2);
            assertThat(values.isNewest("a", 9)).isFalse();
            assertThat(values.isNewest("b", 4)).isFalse();
        }
    }

    @Test
    void knowsWhatIsLateOverARestart() throws Exception {
        try (LastValues values = LastValues.open(file)) {
            assertThat(values.isLate("a", 10)).isFalse();
            assertThat(values.isLate("b", 20)).isFalse();
            assertThat(values.isLate("a", 9)).isTrue();
            assertThat(values.isLate("a", 10)).isFalse();
            assertThat(Files.size(file)).as("recorded with the next save").isZero();
            assertThat(values.isNewest("a/last", 5)).isTrue();
            assertThat(values.isLate("a", 11)).isFalse();
            values.save();
            assertThat(Files.size(file)).isEqualTo(3 * 16);
        }

        try (LastValues values = LastValues.open(file)) {
            assertThat(values.isLate("a", 10)).isTrue();
            assertThat(values.isLate("b", 19)).isTrue();
            assertThat(values.isLate("b", 20)).isFalse();
            assertThat(values.isNewest("a/last", 4)).isFalse();
        }
    }
}
