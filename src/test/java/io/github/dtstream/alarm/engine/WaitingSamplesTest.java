package io.github.dtstream.alarm.engine;

import static io.github.dtstream.alarm.engine.RuleBuilder.above;
import static io.github.dtstream.alarm.engine.RuleBuilder.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.change.AlarmKey.Subject;
import io.github.dtstream.alarm.engine.LateSamples.Sample;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.reading.Quantity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WaitingSamplesTest {
    private final RuleInForce warm = new RuleInForce(
            rule("warm", Quantity.TEMPERATURE).raise(above(8), 30).build());
    private final RuleInForce hot = new RuleInForce(
            rule("hot", Quantity.TEMPERATURE).raise(above(20), 30).build());

    private static Alarm alarm(RuleInForce rule, String device) {
        return new Alarm(rule, new DeviceTrack(new Device(device, "", "", Map.of())), Subject.VALUE);
    }

    private static Sample sample(double number) {
        return new Sample(number > 8, number <= 8, number, null);
    }

    @Test
    void givesTheAlarmsOfARuleInTheOrderOfTheirDevices() {
        WaitingSamples waiting = new WaitingSamples(Long.MAX_VALUE);
        Alarm second = alarm(warm, "d2");
        Alarm first = alarm(warm, "d1");
        waiting.add(second, 1, sample(9));
        waiting.add(alarm(hot, "d0"), 1, sample(9));
        waiting.add(first, 1, sample(9));

        assertThat(waiting.of(warm)).containsExactly(first, second);
        assertThat(waiting.take(first)).isNotNull();
        assertThat(waiting.take(first)).isNull();
        assertThat(waiting.of(warm)).containsExactly(second);
    }

    @Test
    void dropsFirstWhatChangesNothingThenTheOldest() {
        WaitingSamples waiting = new WaitingSamples(0);
        Alarm alarm = alarm(warm, "d1");
        for (int time = 1; time <= 1_000; time++) {
            waiting.add(alarm, time, sample(9));
        }
        assertThat(waiting.leftOut()).as("values between equal ones").isZero();
        assertThat(waiting.heapBytes()).isLessThanOrEqualTo(500);
        for (int time = 1_001; time <= 1_100; time++) {
            waiting.add(alarm, time, sample(time % 2 == 0 ? 9 : 7));
        }
        assertThat(waiting.leftOut()).isPositive();
        assertThat(waiting.heapBytes()).isLessThanOrEqualTo(500);
        LateSamples left = waiting.take(alarm);
        assertThat(left).isNotNull();
        assertThat(left.newestTime()).isEqualTo(1_100);
        assertThat(waiting.heapBytes()).isZero();
    }

    @Test
    void countsTheSameMemoryWhenTheValuesAreReadBack() throws IOException {
        WaitingSamples waiting = new WaitingSamples(Long.MAX_VALUE);
        Alarm alarm = alarm(warm, "d1");
        waiting.add(alarm, 1, sample(9));
        waiting.add(alarm, 2, sample(7));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        waiting.write(alarm, new DataOutputStream(bytes));
        waiting.write(alarm(hot, "d1"), new DataOutputStream(bytes));

        WaitingSamples read = new WaitingSamples(Long.MAX_VALUE);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
        assertThat(read.read(alarm, in)).isTrue();
        assertThat(read.read(alarm(hot, "d1"), in)).isFalse();
        assertThat(read.heapBytes()).isEqualTo(waiting.heapBytes());
    }
}
