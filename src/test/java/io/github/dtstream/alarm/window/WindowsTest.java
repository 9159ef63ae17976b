package io.github.dtstream.alarm.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The encoded windows give the same results as plain maps. */
class WindowsTest {
    private static final long START = 1_780_000_000_000L;
    private static final long DAY = 24 * 3_600_000L;

    /** Near each other, hours apart, in the same second, and at times in the past. */
    private static long next(long time, Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> time + random.nextInt(900);
            case 1 -> time + random.nextInt(20) * 3_600_000L;
            case 2 -> time - random.nextInt(30) * 3_600_000L;
            default -> time + 900_000;
        };
    }

    private static SampleWindow again(SampleWindow window, boolean holdsOn) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        window.write(new DataOutputStream(bytes));
        return SampleWindow.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), DAY, holdsOn);
    }

    private static long held(TreeMap<Long, Boolean> samples, long now, boolean holdsOn) {
        long sum = 0;
        for (Map.Entry<Long, Boolean> sample :
                samples.headMap(now / 1000, false).entrySet()) {
            Long next = samples.higherKey(sample.getKey());
            long end = Math.min(next == null ? now / 1000 : next, now / 1000);
            end = holdsOn ? end : Math.min(end, sample.getKey() + SampleWindow.LONGEST_HOLD);
            long begin = Math.max(sample.getKey(), (now - DAY) / 1000);
            sum += sample.getValue() ? Math.max(0, end - begin) : 0;
        }
        return sum * 1000;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aConditionHeldForAsLongAsAPlainMapSays(long seed) throws IOException {
        Random random = new Random(seed);
        boolean holdsOn = random.nextBoolean();
        SampleWindow window = new SampleWindow(START, DAY, holdsOn);
        TreeMap<Long, Boolean> plain = new TreeMap<>();
        long newest = START;
        for (int i = 0; i < 2_000; i++) {
            long time = next(newest, random) / 1000 * 1000;
            boolean holds = random.nextInt(3) == 0;
            newest = Math.max(newest, time);
            window.add(time, holds);
            plain.merge(time / 1000, holds, Boolean::logicalOr);
            window.forgetBefore(newest);
            Long before = plain.floorKey((newest - DAY) / 1000);
            if (before != null) {
                plain.headMap(before, false).clear();
            }
            window = random.nextInt(10) == 0 ? again(window, holdsOn) : window;
            long now = newest + random.nextInt(3_600) * 1000L;
            assertThat(window.held(now)).as("step %d", i).isEqualTo(held(plain, now, holdsOn));
        }
    }

    @Test
    void aDayOfMeasurementsTakesTwoBytesForEach() {
        SampleWindow window = new SampleWindow(START, DAY, false);
        for (int i = 0; i < 500; i++) {
            window.add(START + i * 900_000L, i % 5 == 0);
            window.forgetBefore(START + i * 900_000L);
        }
        assertThat(window.heapBytes()).isLessThan(97 * 2 + 120);
    }

    @Test
    void leavesOutWhatChangesNothingWhereThereIsFarTooMuch() {
        SampleWindow window = new SampleWindow(START, 365 * DAY, true);
        for (int i = 0; i < 20_000; i++) {
            window.add(START + i * 60_000L, i >= 100);
            window.forgetBefore(START + i * 60_000L);
        }
        assertThat(window.held(START + 20_000 * 60_000L)).isEqualTo(19_900 * 60_000L);
        assertThat(window.heapBytes()).isLessThan(12_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aTotalGrewByWhatAPlainMapSays(long seed) {
        Random random = new Random(seed);
        CountWindow window = new CountWindow(DAY);
        TreeMap<Long, Double> plain = new TreeMap<>();
        long newest = START;
        for (int i = 0; i < 2_000; i++) {
            long time = next(newest, random);
            double total = random.nextInt(50) == 0 ? 0 : i;
            newest = Math.max(newest, time);
            window.add(time, total);
            plain.merge(time, total, Math::max);
            window.forgetBefore(newest);
            Long before = plain.floorKey(newest - DAY);
            if (before != null) {
                plain.headMap(before, false).clear();
            }
            double growth = 0;
            double last = before == null ? Double.NaN : plain.get(before);
            for (double each : plain.tailMap(newest - DAY, false).values()) {
                growth += Double.isNaN(last) ? 0 : each >= last ? each - last : each;
                last = each;
            }
            assertThat(window.growth(newest)).as("step %d", i).isEqualTo(growth);
            assertThat(window.isFull(newest)).isEqualTo(before != null);
        }
    }
}
