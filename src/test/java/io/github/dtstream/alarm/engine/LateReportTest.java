package io.github.dtstream.alarm.engine;

import static io.github.dtstream.alarm.engine.RuleBuilder.above;
import static io.github.dtstream.alarm.engine.RuleBuilder.is;
import static io.github.dtstream.alarm.engine.RuleBuilder.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmChange.Kind;
import io.github.dtstream.alarm.change.AlarmChange.Notification;
import io.github.dtstream.alarm.change.AlarmChange.Occasion;
import io.github.dtstream.alarm.change.AlarmChange.Transition;
import io.github.dtstream.alarm.change.AlarmKey.Subject;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.engine.LateReport.Unseen;
import io.github.dtstream.alarm.notification.Changes;
import io.github.dtstream.alarm.notification.Notifier;
import io.github.dtstream.alarm.rule.LatePolicy;
import io.github.dtstream.alarm.rule.Severity;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.reading.Quantity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written and told of alarms from ten to eleven, when their values arrive at noon. */
final class LateReportTest {
    private static final Instant NOON = AlarmWorld.at("12:00");
    private static final Instant SINCE = AlarmWorld.at("10:00");
    private static final Instant UNTIL = AlarmWorld.at("11:00");

    private final List<AlarmChange> found = new ArrayList<>();
    private final Changes changes = new Changes();
    private final Notifier notifier = new Notifier(changes);
    private final LateReport report = new LateReport(new LifeCycle(changes, notifier), notifier, changes);

    LateReportTest() {
        changes.begin("i1", found::add);
    }

    private static RuleBuilder warm(LatePolicy policy) {
        return rule("warm", Quantity.TEMPERATURE).raise(above(8), 0).late(policy);
    }

    private static Unseen unseen(RuleInForce rule, String device, double number, String state) {
        Device known = new Device(device, "temperature", "", Map.of("name", "Freezer " + device));
        return new Unseen(
                new Alarm(rule, new DeviceTrack(known), Subject.VALUE),
                new LateSamples.Episode(SINCE.toEpochMilli(), UNTIL.toEpochMilli(), number, state));
    }

    /** Reports an alarm of each device, whose worst value was 9. */
    private void report(RuleBuilder built, String... devices) {
        RuleInForce rule = new RuleInForce(built.build());
        report.report(
                rule,
                List.of(devices).stream()
                        .map(device -> unseen(rule, device, 9, null))
                        .toList(),
                NOON.toEpochMilli());
    }

    private List<Transition> transitions() {
        return found.stream()
                .filter(Transition.class::isInstance)
                .map(Transition.class::cast)
                .toList();
    }

    private List<Notification> notifications() {
        return found.stream()
                .filter(Notification.class::isInstance)
                .map(Notification.class::cast)
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void writesEachAlarmAtTheTimesOfItsValuesWhateverIsTold(LatePolicy policy) {
        report(warm(policy), "d1", "d2");

        assertThat(transitions())
                .extracting(change -> change.key().deviceId(), Transition::kind, Transition::time, Transition::state)
                .containsExactly(
                        tuple("d1", Kind.RAISED, SINCE, AlarmState.UNACKNOWLEDGED),
                        tuple("d1", Kind.CLEARED, UNTIL, AlarmState.NORMAL),
                        tuple("d2", Kind.RAISED, SINCE, AlarmState.UNACKNOWLEDGED),
                        tuple("d2", Kind.CLEARED, UNTIL, AlarmState.NORMAL));
        assertThat(transitions()).allSatisfy(change -> {
            assertThat(change.isLate()).isTrue();
            assertThat(change.since()).isEqualTo(SINCE);
            assertThat(change.value()).isEqualTo("9 °C");
            assertThat(change.deviceName()).isEqualTo("Freezer " + change.key().deviceId());
        });
        assertThat(found).extracting(AlarmChange::id).doesNotHaveDuplicates().allMatch(id -> id.startsWith("i1-"));
    }

    @Test
    void aDigestIsOneNotificationWithALineForEachAlarm() {
        report(warm(LatePolicy.DIGEST), "d1", "d2");

        assertThat(notifications()).singleElement().satisfies(told -> {
            assertThat(told.occasion()).isEqualTo(Occasion.DIGEST);
            assertThat(told.time()).isEqualTo(NOON);
            assertThat(told.rule()).isEqualTo("warm");
            assertThat(told.severity()).isEqualTo(Severity.CRITICAL);
            assertThat(told.count()).isEqualTo(2);
            assertThat(told.text()).isEqualTo("""
                    warm: 2 alarms were raised and cleared before the values arrived:
                    - Freezer d1: 9 °C, from 2026-05-29T10:00:00Z to 2026-05-29T11:00:00Z
                    - Freezer d2: 9 °C, from 2026-05-29T10:00:00Z to 2026-05-29T11:00:00Z""");
            assertThat(told.members())
                    .extracting(member -> member.key().deviceId(), member -> member.since(), member -> member.value())
                    .containsExactly(tuple("d1", SINCE, "9 °C"), tuple("d2", SINCE, "9 °C"));
        });
    }

    @Test
    void aDigestOfOneAlarmIsInTheSingular() {
        report(warm(LatePolicy.DIGEST), "d1");

        assertThat(notifications())
                .singleElement()
                .satisfies(told -> assertThat(told.text())
                        .startsWith("warm: one alarm was raised and cleared before the values arrived:\n- Freezer d1"));
    }

    @Test
    void aDigestOfVeryManyNamesAHundredAndCountsTheOthers() {
        report(
                warm(LatePolicy.DIGEST),
                IntStream.range(0, 250).mapToObj(number -> "d" + number).toArray(String[]::new));

        assertThat(transitions()).hasSize(500);
        assertThat(notifications()).singleElement().satisfies(told -> {
            assertThat(told.count()).isEqualTo(250);
            assertThat(told.members()).hasSize(Notifier.MOST_MEMBERS);
            assertThat(told.text()).endsWith("\n- and 150 more");
            assertThat(told.text().lines()).hasSize(1 + Notifier.MOST_MEMBERS + 1);
        });
    }

    @Test
    void eachAlarmIsToldAtOnceIfTheRuleWantsThat() {
        report(warm(LatePolicy.RAISE), "d1", "d2");

        assertThat(notifications())
                .extracting(Notification::occasion, Notification::time, Notification::text)
                .containsExactly(
                        tuple(
                                Occasion.RAISED,
                                NOON,
                                "warm: Freezer d1: 9 °C, from 2026-05-29T10:00:00Z to 2026-05-29T11:00:00Z;"
                                        + " it is over, and its values arrived afterwards"),
                        tuple(
                                Occasion.RAISED,
                                NOON,
                                "warm: Freezer d2: 9 °C, from 2026-05-29T10:00:00Z to 2026-05-29T11:00:00Z;"
                                        + " it is over, and its values arrived afterwards"));
    }

    @Test
    void manyThatAreToldEachAreAFloodLikeOthers() {
        report(
                warm(LatePolicy.RAISE),
                IntStream.range(0, 50).mapToObj(number -> "d" + number).toArray(String[]::new));
        int atOnce = notifications().size();
        assertThat(atOnce).isLessThan(50);

        notifier.tick(NOON.plusSeconds(60).toEpochMilli());

        assertThat(notifications().get(atOnce).occasion()).isEqualTo(Occasion.FLOOD);
        assertThat(notifications().stream().mapToInt(Notification::count).sum()).isEqualTo(50);
    }

    @Test
    void aRuleThatOnlyRecordsTellsNobody() {
        report(warm(LatePolicy.RECORD), "d1", "d2");

        assertThat(transitions()).hasSize(4);
        assertThat(notifications()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void withoutAnAlarmNothingIsWrittenOrTold(LatePolicy policy) {
        report(warm(policy));

        assertThat(found).isEmpty();
    }

    @Test
    void theFirstRecipientOfAnEscalationIsTold() {
        for (LatePolicy policy : List.of(LatePolicy.DIGEST, LatePolicy.RAISE)) {
            report(warm(policy).escalate(0, "duty").escalate(30, "manager"), "d1");
        }

        assertThat(notifications())
                .extracting(Notification::occasion, Notification::to, Notification::step)
                .containsExactly(tuple(Occasion.DIGEST, "duty", 1), tuple(Occasion.RAISED, "duty", 1));
    }

    @Test
    void anAccumulatedTimeHasNoValueAndIsToldByItsCondition() {
        RuleInForce often = new RuleInForce(rule("often", Quantity.TEMPERATURE)
                .excursion(above(8), 30, 240)
                .late(LatePolicy.DIGEST)
                .build());

        report.report(often, List.of(unseen(often, "d1", Double.NaN, null)), NOON.toEpochMilli());

        assertThat(transitions()).extracting(Transition::value).containsExactly("", "");
        assertThat(notifications().get(0).text())
                .contains("Freezer d1: above 8 °C for a total of 30 min within 4 h, from ");
        assertThat(notifications().get(0).members().get(0).value()).isEmpty();
    }

    @Test
    void aStateIsToldInItsOwnWords() {
        RuleInForce door = new RuleInForce(rule("door", Quantity.CONTACT)
                .raise(is("OPEN"), 5)
                .late(LatePolicy.DIGEST)
                .build());

        report.report(door, List.of(unseen(door, "d1", Double.NaN, "OPEN")), NOON.toEpochMilli());

        assertThat(notifications().get(0).text()).contains("Freezer d1: OPEN, from ");
    }
}
