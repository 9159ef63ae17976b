package io.github.dtstream.alarm.engine;

import static io.github.dtstream.alarm.engine.RuleBuilder.above;
import static io.github.dtstream.alarm.engine.RuleBuilder.below;
import static io.github.dtstream.alarm.engine.RuleBuilder.is;
import static io.github.dtstream.alarm.engine.RuleBuilder.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.reading.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlarmEnginePropertyTest {
    private static final Instant START = Instant.parse("2026-05-29T00:00:00Z");

    private static final AlarmRule[] RULES = {
        rule("warm", Quantity.TEMPERATURE)
                .raise(above(8), 30)
                .clear(below(6), 15)
                .acknowledge(60)
                .remind(30)
                .escalate(0, "duty")
                .escalate(60, "manager")
                .noData(50)
                .build(),
        rule("at-once", Quantity.TEMPERATURE)
                .raise(above(9), 0)
                .group("site", 30)
                .build(),
        rule("excursion", Quantity.TEMPERATURE).excursion(above(7), 60, 300).build(),
        rule("door", Quantity.CONTACT).raise(is("OPEN"), 10).build(),
        rule("blind", Quantity.STREAM)
                .raise(is("INTERRUPTED"), 10)
                .acknowledge(20)
                .remind(5)
                .build(),
        rule("busy", Quantity.TOUCH_COUNT).moreThan(20, 60).build()
    };

    /** A day of four devices, gaps, people and edits, step by step. */
    private static List<Consumer<AlarmWorld>> day(Random random) {
        return day(random, true, true);
    }

    /** The same without reports of interruptions while they last, which the first version did not have. */
    static List<Consumer<AlarmWorld>> untoldDay(Random random) {
        return day(random, false, true);
    }

    private static List<Consumer<AlarmWorld>> day(Random random, boolean isTold, boolean areGapsFilled) {
        List<Consumer<AlarmWorld>> steps = new ArrayList<>();
        Instant time = START;
        long gap = 0;
        for (int minute = 0; minute < 600; minute++) {
            time = time.plusSeconds(60);
            String now = text(time);
            String device = "d" + random.nextInt(4);
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> {
                    double value = random.nextInt(12);
                    steps.add(world -> world.temperature(device, now, value));
                }
                case 3 -> {
                    String state = random.nextBoolean() ? "OPEN" : "CLOSED";
                    steps.add(world -> world.live(device, "contact", now, "{\"state\":\"" + state + "\"}"));
                }
                case 4 -> {
                    int total = minute + random.nextInt(30);
                    steps.add(world -> world.live(device, "touchCount", now, "{\"total\":" + total + "}"));
                }
                case 5 -> {
                    String late = text(time.minusSeconds(60L * random.nextInt(Math.min(minute + 1, 200))));
                    double value = random.nextInt(12);
                    steps.add(world -> world.historyTemperature(device, late, value));
                }
                case 6 -> {
                    if (random.nextInt(8) == 0) {
                        long number = ++gap;
                        steps.add(world -> world.gapOpened(number, now));
                        Instant since = time;
                        if (!isTold) {
                            time = time.plus(Duration.ofMinutes(random.nextInt(90)));
                        }
                        for (int left = isTold ? random.nextInt(20) : 0; left > 0; left--) {
                            time = time.plusSeconds(60L * random.nextInt(10));
                            Instant told = time;
                            steps.add(world ->
                                    world.input(new AlarmInput.StreamSilent(world.nextInput(), since, told, "cut")));
                        }
                        String filled = text(time);
                        steps.add(world -> world.ping(filled));
                        if (areGapsFilled) {
                            steps.add(world -> world.gapFilled(number, filled));
                        }
                    }
                }
                case 7 ->
                    steps.add(world -> world.engine().alarms().stream()
                            .filter(view -> view.state().isRaised())
                            .findFirst()
                            .ifPresent(view -> world.input(new AlarmInput.Acknowledge(
                                    world.nextInput(), view.key(), new AlarmChange.Person("ann", "", null)))));
                default -> steps.add(world -> world.ping(now));
            }
        }
        return steps;
    }

    private static String text(Instant time) {
        return time.toString().substring(AlarmWorld.DAY.length(), AlarmWorld.DAY.length() + 8);
    }

    private static AlarmWorld world() {
        return world(RULES);
    }

    /** Without the rule about the stream. */
    static AlarmWorld worldOfDevices() {
        return world(Arrays.stream(RULES)
                .filter(rule -> rule.quantity().filter(Quantity.STREAM::equals).isEmpty())
                .toArray(AlarmRule[]::new));
    }

    private static AlarmWorld world(AlarmRule... rules) {
        AlarmWorld world = new AlarmWorld(rules);
        for (int i = 0; i < 4; i++) {
            world.device("d" + i, "temperature", Map.of("site", i < 2 ? "north" : "south"));
        }
        return world;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theInputCutAfterEveryStepGivesTheSameChanges(long seed) {
        cutAfterEveryStep(seed, day(new Random(seed)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whereNoGapIsFilledTheInputCutAfterEveryStepGivesTheSameChanges(long seed) {
        cutAfterEveryStep(seed, day(new Random(seed), true, false));
    }

    private static void cutAfterEveryStep(long seed, List<Consumer<AlarmWorld>> steps) {
        AlarmWorld whole = world();
        AlarmWorld cut = world();
        for (Consumer<AlarmWorld> step : steps) {
            step.accept(whole);
            step.accept(cut);
            cut.restart();
            assertThat(cut.changes()).as("seed %d", seed).hasSameSizeAs(whole.changes());
        }
        assertThat(cut.changes()).as("seed %d", seed).isEqualTo(whole.changes()).hasSizeGreaterThan(20);
        assertThat(whole.changes().stream().map(AlarmChange::id)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyOrderOfLateValuesGivesTheSameAlarms(long seed) {
        Random random = new Random(seed);
        List<Map.Entry<String, Double>> late = new ArrayList<>();
        for (int minute = 5; minute < 240; minute += 5) {
            late.add(Map.entry(text(START.plusSeconds(60L * minute + 30)), (double) random.nextInt(12)));
        }
        List<List<String>> outcomes = new ArrayList<>();
        for (int turn = 0; turn < 6; turn++) {
            AlarmWorld world = world().temperature("d1", "00:01", 5).gapOpened(1, "00:02");
            world.temperature("d1", "04:00", 7.5);
            late.forEach(value -> world.historyTemperature("d1", value.getKey(), value.getValue()));
            world.gapFilled(1, "04:00").temperature("d1", "04:10", 7.5).pings("04:10:30", "05:00");
            outcomes.add(world.news());
            Collections.shuffle(late, random);
        }
        assertThat(outcomes).as("seed %d", seed).containsOnly(outcomes.get(0));
    }
}
