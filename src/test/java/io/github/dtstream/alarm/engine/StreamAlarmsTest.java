package io.github.dtstream.alarm.engine;

import static io.github.dtstream.alarm.engine.RuleBuilder.above;
import static io.github.dtstream.alarm.engine.RuleBuilder.is;
import static io.github.dtstream.alarm.engine.RuleBuilder.rule;
import static io.github.dtstream.alarm.engine.RuleBuilder.silence;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.change.AlarmChange.Transition;
import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.alarm.change.EditEffect;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.reading.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Alarms about the stream itself: raised while nothing is received, and cleared by received records. */
final class StreamAlarmsTest {
    private static final AlarmRule BLIND =
            rule("blind", Quantity.STREAM).raise(is("INTERRUPTED"), 10).build();

    private static AlarmWorld silent(AlarmWorld world, String time) {
        return world.input(new AlarmInput.StreamSilent(
                world.nextInput(), AlarmWorld.at("10:00"), AlarmWorld.at(time), "no ping came"));
    }

    private static Instant due(AlarmWorld world) {
        return world.engine().dueInSilence(AlarmWorld.at("09:00"));
    }

    @Test
    void raisesWhenNothingHasBeenReceivedForTheTimeAndClearsWithTheFirstThatIs() {
        AlarmWorld world = new AlarmWorld(BLIND).pings("09:50", "10:00");
        assertThat(due(world)).isEqualTo(AlarmWorld.at("10:10"));

        silent(world, "10:09:59");
        assertThat(world.news()).isEmpty();
        silent(world, "10:10:07");
        assertThat(world.changes()).first().satisfies(change -> {
            Transition raised = (Transition) change;
            assertThat(raised.key()).isEqualTo(new AlarmKey("blind", "", AlarmKey.Subject.VALUE));
            assertThat(raised.since()).isEqualTo(AlarmWorld.at("10:00"));
            assertThat(raised.deviceName()).isEqualTo("the stream");
            assertThat(raised.reason()).isEqualTo("the stream: INTERRUPTED for 10 min (no ping came)");
        });
        assertThat(world.news()).containsExactly("raised  10:10", "tell raised ");
        silent(world, "10:20");
        assertThat(world.news()).isEmpty();
        assertThat(due(world)).isEqualTo(Instant.MAX);

        world.ping("10:31");
        assertThat(world.changes())
                .first()
                .satisfies(change -> assertThat(((Transition) change).reason())
                        .isEqualTo("the stream: FLOWING, the condition no longer holds"));
        assertThat(world.news()).containsExactly("cleared  10:31", "tell cleared ");
        assertThat(due(world)).isEqualTo(AlarmWorld.at("10:41"));
    }

    @Test
    void saysAfterwardsWhatNobodyToldMeanwhile() {
        AlarmWorld world = new AlarmWorld(BLIND).pings("09:50", "10:00").restart();

        world.ping("18:00").ping("18:01");

        assertThat(world.news()).containsExactly("raised  10:10", "tell raised ", "cleared  18:00", "tell cleared ");
    }

    @Test
    void aShortInterruptionAndWhatHistoryBringsAreNothing() {
        AlarmWorld world = new AlarmWorld(BLIND).pings("09:50", "10:00");

        silent(world, "10:05");
        world.ping("10:09:59");
        world.historyTemperature("d1", "10:05", 3);
        world.ping("10:10:30");

        assertThat(world.news()).isEmpty();
    }

    @Test
    void whileHistoryIsPolledTheStreamIsInterruptedStill() {
        AlarmWorld world = new AlarmWorld(BLIND).pings("09:50", "10:00");

        silent(world, "10:12");
        world.historyTemperature("d1", "10:11", 3);

        assertThat(world.engine().alarms()).extracting(AlarmView::value).containsExactly("INTERRUPTED");
        world.ping("10:13");
        assertThat(world.engine().alarms()).isEmpty();
    }

    @Test
    void remindsEscalatesAndIsAcknowledgedWhileNothingIsReceived() {
        AlarmWorld world = new AlarmWorld(rule("blind", Quantity.STREAM)
                        .raise(is("INTERRUPTED"), 10)
                        .acknowledge(60)
                        .remind(20)
                        .escalate(0, "duty")
                        .escalate(30, "manager")
                        .build())
                .pings("09:50", "10:00");

        silent(world, "10:10");
        assertThat(due(world)).isEqualTo(AlarmWorld.at("10:30"));
        silent(world, "10:30");
        silent(world, "10:40");
        assertThat(world.news())
                .containsExactly(
                        "raised  10:10", "tell duty raised ", "tell duty reminder ", "tell manager escalation ");
        world.acknowledge("blind", "");
        assertThat(world.news()).containsExactly("acknowledged  10:40");
        assertThat(due(world)).isEqualTo(AlarmWorld.at("11:40"));
        silent(world, "11:40");
        assertThat(world.news()).contains("lapsed  11:40").hasSize(3);
        world.shelve("blind", "", Duration.ofHours(3));
        world.ping("11:41");
        assertThat(world.news()).containsExactly("shelved  11:40", "cleared  11:41");
    }

    @Test
    void noDeviceIsCalledSilentMeanwhileAndNoRuleAboutDevicesSeesTheStream() {
        AlarmWorld world = new AlarmWorld(
                        silence("silent", 5).build(),
                        BLIND,
                        rule("door", Quantity.CONTACT).raise(is("OPEN"), 1).build())
                .temperature("d1", "10:00", 3)
                .gapOpened(1, "10:00");

        silent(world, "10:30");
        world.ping("10:31").gapFilled(1, "10:31");

        assertThat(world.news()).containsExactly("raised  10:10", "tell raised ", "cleared  10:31", "tell cleared ");
    }

    @Test
    void aRuleThatComesMeanwhileJudgesWhatIsAndOneThatGoesEnds() {
        AlarmWorld world = new AlarmWorld().pings("09:50", "10:00");

        world.edit(BLIND);
        silent(world, "10:30");
        assertThat(world.news()).containsExactly("raised  10:10", "tell raised ");
        world.edit(BLIND, silence("silent", 5).build());
        world.restart();
        assertThat(world.news()).isEmpty();
        assertThat(world.engine().alarms()).hasSize(1);
        world.edit(silence("silent", 5).build());

        assertThat(world.news()).containsExactly("ended  10:30", "tell cleared ");
        assertThat(world.engine().alarms()).isEmpty();
    }

    @Test
    void waitsUntilTheStreamHasFlowedForTheTimeThatClearsIt() {
        AlarmRule slow = rule("blind", Quantity.STREAM)
                .raise(is("INTERRUPTED"), 10)
                .clear(is("FLOWING"), 5)
                .build();
        AlarmWorld world = new AlarmWorld(slow).pings("09:50", "10:00");
        silent(world, "10:10");
        world.news();

        world.pings("10:20", "10:24:30");
        assertThat(world.news()).isEmpty();
        world.ping("10:25");

        assertThat(world.news()).containsExactly("cleared  10:25", "tell cleared ");
    }

    @Test
    void aClockThatWasAheadIsForgottenWithTheFirstThatIsReceived() {
        AlarmWorld world = new AlarmWorld(BLIND).pings("09:50", "10:00");
        silent(world, "18:00");

        world.ping("10:30");
        assertThat(world.news()).contains("cleared  10:30");
        assertThat(due(world)).isEqualTo(AlarmWorld.at("10:40"));
    }

    @Test
    void countsFromTheGapsBeginWhereNothingWasEverReceived() {
        AlarmWorld world = new AlarmWorld(BLIND);
        assertThat(due(world)).isEqualTo(AlarmWorld.at("09:10"));

        silent(world, "10:11");

        assertThat(world.news()).containsExactly("raised  10:10", "tell raised ");
    }

    @Test
    void anEditOfItsTimeIsJudgedAtOnce() {
        AlarmWorld world = new AlarmWorld(rule("blind", Quantity.STREAM)
                        .raise(is("INTERRUPTED"), 5)
                        .build())
                .pings("09:50", "10:00");
        silent(world, "10:06");
        assertThat(world.news()).contains("raised  10:05");

        EditEffect effect = world.edit(BLIND);

        assertThat(effect.kept()).isEqualTo(1);
        assertThat(world.news()).isEqualTo(List.of());
    }

    private static AlarmRule warm() {
        return rule("warm", Quantity.TEMPERATURE)
                .raise(above(8), 0)
                .acknowledge(60)
                .remind(90)
                .escalate(0, "duty")
                .escalate(30, "manager")
                .build();
    }

    @Test
    void whoWaitsToBeToldOfADeviceIsToldByTheClockThoughNothingIsReceived() {
        AlarmWorld world = new AlarmWorld(warm()).temperature("d1", "10:00", 9).gapOpened(1, "10:01");
        assertThat(world.news()).containsExactly("raised d1 10:00", "tell duty raised d1");
        assertThat(due(world)).isEqualTo(AlarmWorld.at("10:30"));

        silent(world, "10:29:59");
        assertThat(world.news()).isEmpty();
        silent(world, "10:30");
        assertThat(world.news()).containsExactly("tell manager escalation d1");
        world.acknowledge("warm", "d1");
        assertThat(world.news()).containsExactly("acknowledged d1 10:30");
        assertThat(due(world)).isEqualTo(AlarmWorld.at("11:30"));
        world.restart();
        silent(world, "11:30");
        assertThat(world.news()).startsWith("lapsed d1 11:30").hasSize(3);
        assertThat(due(world)).isEqualTo(AlarmWorld.at("13:00"));

        world.temperature("d1", "11:31", 3).gapFilled(1, "11:31");
        assertThat(world.news()).startsWith("cleared d1 11:31");
    }

    @Test
    void nothingIsJudgedMeanwhile() {
        AlarmWorld world = new AlarmWorld(
                        rule("door", Quantity.CONTACT).raise(is("OPEN"), 10).build())
                .live("d1", "contact", "10:00", "{\"state\":\"OPEN\"}")
                .gapOpened(1, "10:01");
        assertThat(world.news()).containsExactly("pending d1 10:00");

        assertThat(due(world)).isEqualTo(Instant.MAX);
        silent(world, "10:30");

        assertThat(world.news()).isEmpty();
    }

    @Test
    void aGroupThatWaitsForOthersIsToldMeanwhile() {
        AlarmWorld world = new AlarmWorld(rule("warm", Quantity.TEMPERATURE)
                        .raise(above(8), 0)
                        .group("site", 120)
                        .build())
                .device("d1", "temperature", Map.of("site", "north"))
                .temperature("d1", "10:00", 9);
        assertThat(world.news()).containsExactly("raised d1 10:00");
        assertThat(due(world)).isEqualTo(AlarmWorld.at("10:02"));

        silent(world, "10:02");

        assertThat(world.news()).containsExactly("tell raised d1");
    }

    @Test
    void nobodyWaitsLongerForAReminderBecauseTheClockWasAheadMeanwhile() {
        AlarmWorld world = new AlarmWorld(warm()).temperature("d1", "10:00", 9);
        silent(world, "18:00");
        assertThat(world.news()).endsWith("tell manager escalation d1");

        world.ping("10:05").pings("11:34", "11:36");

        assertThat(world.news()).contains("tell duty reminder d1");
    }

    @Test
    void whereThereIsNoStreamTheClockAloneRaisesAndEscalatesAndIsNotWantedAgainForTheSame() {
        AlarmWorld world = new AlarmWorld(
                        rule("door", Quantity.CONTACT)
                                .raise(is("OPEN"), 10)
                                .escalate(0, "duty")
                                .escalate(30, "manager")
                                .build(),
                        silence("silent", 5).build())
                .push("d1", "contact", "10:00", "{\"state\":\"OPEN\"}");
        assertThat(world.engine().due()).isEqualTo(AlarmWorld.at("10:10"));

        passed(world, "10:10");
        assertThat(world.news()).containsExactly("pending d1 10:00", "raised d1 10:10", "tell duty raised d1");
        assertThat(world.engine().due()).isEqualTo(AlarmWorld.at("10:40"));
        world.restart();
        passed(world, "10:40");
        assertThat(world.news()).containsExactly("tell manager escalation d1");
        assertThat(world.engine().due()).isEqualTo(Instant.MAX);
    }

    private static void passed(AlarmWorld world, String time) {
        world.input(new AlarmInput.TimePassed(world.nextInput(), AlarmWorld.at(time)));
    }
}
