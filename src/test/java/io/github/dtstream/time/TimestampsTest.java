package io.github.dtstream.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {
    private interface Parse {
        Instant of(String text);
    }

    private static String outcome(Parse parse, String text) {
        try {
            return parse.of(text).toString();
        } catch (DateTimeException e) {
            return e.getClass().getName();
        }
    }

    private static void assertSameAsInstant(String text) {
        assertThat(outcome(Timestamps::parse, text)).as(text).isEqualTo(outcome(Instant::parse, text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-05-29T10:00:00Z",
                "2026-05-29T10:00:00.123456Z",
                "2026-05-29T10:00:00.1Z",
                "2026-05-29T10:00:00.123456789Z",
                "2026-05-29T10:00:00.1234567890Z",
                "2026-05-29T10:00:00.Z",
                "2026-05-29T23:59:60Z",
                "2026-05-29T24:00:00Z",
                "2026-05-29T10:60:00Z",
                "2024-02-29T00:00:00Z",
                "2023-02-29T00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-00-01T00:00:00Z",
                "0000-01-01T00:00:00Z",
                "+12026-01-01T00:00:00Z",
                "2026-05-29t10:00:00z",
                "2026-05-29T10:00:00+02:00",
                "2026-05-29 10:00:00Z",
                "2026-05-29T10:00Z",
                "2026-05-29T10:00:00,5Z",
                "Z",
                ""
            })
    void readsWhatInstantReads(String text) {
        assertSameAsInstant(text);
    }

    @Test
    void readsAnyTimeThatInstantWrites() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            Instant time = Instant.ofEpochSecond(random.nextLong() % 200_000_000_000L, random.nextInt(1_000_000_000));
            assertThat(Timestamps.parse(time.toString())).isEqualTo(time);
        }
    }

    @Test
    void aTextWithAnyOneCharacterChangedIsWhatInstantSays() {
        String time = "2026-05-29T10:00:00.123456Z";
        for (int i = 0; i < time.length(); i++) {
            for (char other : "0123456789-:.TtZz +/".toCharArray()) {
                assertSameAsInstant(time.substring(0, i) + other + time.substring(i + 1));
            }
        }
    }
}
