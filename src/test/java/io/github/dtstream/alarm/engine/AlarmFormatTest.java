package io.github.dtstream.alarm.engine;

import static io.github.dtstream.alarm.engine.RuleBuilder.above;
import static io.github.dtstream.alarm.engine.RuleBuilder.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.reading.Quantity;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlarmFormatTest {
    /** After how many steps of a day of {@link AlarmEnginePropertyTest} the first version wrote its state. */
    private static final int STEPS = 250;

    @ParameterizedTest
    @ValueSource(longs = {2, 5})
    void goesOnWithWhatTheFirstVersionWrote(long seed) throws IOException {
        List<Consumer<AlarmWorld>> steps = AlarmEnginePropertyTest.untoldDay(new Random(seed));
        AlarmWorld whole = AlarmEnginePropertyTest.worldOfDevices();
        AlarmWorld upgraded = AlarmEnginePropertyTest.worldOfDevices();
        for (Consumer<AlarmWorld> step : steps.subList(0, STEPS)) {
            step.accept(whole);
            step.accept(upgraded);
        }
        upgraded.upgrade(first(seed));
        assertThat(upgraded.engine().alarms())
                .isEqualTo(whole.engine().alarms())
                .isNotEmpty();
        for (Consumer<AlarmWorld> step : steps.subList(STEPS, steps.size())) {
            step.accept(whole);
            step.accept(upgraded);
        }
        assertThat(upgraded.changes()).isEqualTo(whole.changes());
    }

    @Test
    void goesOnWithLateValuesOfADeviceThatHasSentNothingElse() {
        AlarmWorld world = new AlarmWorld(
                rule("warm", Quantity.TEMPERATURE).raise(above(8), 30).build());
        world.ping("12:00")
                .historyTemperature("d1", "10:00", 9)
                .historyTemperature("d1", "10:40", 9)
                .historyTemperature("d1", "10:50", 7)
                .restart();
        world.pings("12:01", "12:06");
        assertThat(world.news()).containsExactly("late raised d1 10:00", "late cleared d1 10:50", "tell digest d1");
    }

    /** With memory for a dozen values of each alarm. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void leavesOutTheSameForWantOfMemoryWhereverItIsCut(long seed) {
        Random random = new Random(seed);
        AlarmRule[] rules = {
            rule("warm", Quantity.TEMPERATURE).raise(above(8), 30).build(),
            rule("hot", Quantity.TEMPERATURE).raise(above(10), 0).build()
        };
        AlarmWorld whole = new AlarmWorld(0, rules).ping("12:00");
        AlarmWorld cut = new AlarmWorld(0, rules).ping("12:00");
        for (int i = 0; i < 400; i++) {
            String device = "d" + random.nextInt(4);
            String time = String.format(Locale.ROOT, "%02d:%02d", random.nextInt(12), random.nextInt(60));
            double value = random.nextInt(12);
            whole.historyTemperature(device, time, value);
            cut.historyTemperature(device, time, value).restart();
        }
        whole.pings("12:01", "12:06");
        cut.pings("12:01", "12:06");
        assertThat(cut.changes()).isEqualTo(whole.changes()).hasSizeGreaterThan(10);
        assertThat(whole.engine().lateLeftOut()).isPositive();
    }

    private static byte[] first(long seed) throws IOException {
        try (InputStream in = AlarmFormatTest.class.getResourceAsStream("alarms-1-" + seed + ".bin")) {
            return in.readAllBytes();
        }
    }
}
