package io.github.dtstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReconnectDelayTest {
    private static final long SEED = 7;

    private final ReconnectDelay delay =
            new ReconnectDelay(Duration.ofSeconds(1), Duration.ofSeconds(60), new Random(SEED));

    @Test
    void makesTheFirstAttemptAtOnce() {
        assertThat(delay.after(0)).isZero();
    }

    @Test
    void doublesUpToTheLongestAndLeavesOutAtMostHalf() {
        for (int round = 0; round < 1_000; round++) {
            for (int failures = 1; failures < 100; failures++) {
                long full = failures > 6 ? 60_000 : 1_000L << (failures - 1);
                assertThat(delay.after(failures)).isBetween(Duration.ofMillis(full / 2), Duration.ofMillis(full));
            }
        }
    }
}
