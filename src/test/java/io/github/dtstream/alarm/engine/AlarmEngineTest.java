package io.github.dtstream.alarm.engine;

import static io.github.dtstream.alarm.engine.RuleBuilder.above;
import static io.github.dtstream.alarm.engine.RuleBuilder.below;
import static io.github.dtstream.alarm.engine.RuleBuilder.is;
import static io.github.dtstream.alarm.engine.RuleBuilder.rule;
import static io.github.dtstream.alarm.engine.RuleBuilder.silence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.alarm.change.EditEffect;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.alarm.rule.Comparison;
import io.github.dtstream.alarm.rule.DeviceSelector;
import io.github.dtstream.alarm.rule.LatePolicy;
import io.github.dtstream.alarm.rule.Limit;
import io.github.dtstream.reading.Quantity;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AlarmEngineTest {
    /** Late values give the same result with little memory as with much, if most of them change nothing. */
    @Test
    void inLittleMemoryValuesThatChangeNothingAreLeftOutFirst() {
        List<AlarmWorld> worlds = List.of(new AlarmWorld(0, warm()), new AlarmWorld(warm()));
        for (AlarmWorld world : worlds) {
            world.ping("12:00").gapOpened(1, "02:00");
            for (String device : List.of("d1", "d2", "d3")) {
                for (int minute = 120; minute < 720; minute += 5) {
                    boolean isWarm = device.equals("d2") && minute >= 300 && minute <= 345;
                    String time = String.format(Locale.ROOT, "%02d:%02d", minute / 60, minute % 60);
                    world.historyTemperature(device, time, isWarm ? -10 : -20);
                }
            }
        }
        assertThat(worlds.get(0).engine().heapBytes())
                .isLessThan(worlds.get(1).engine().heapBytes() / 3);
        worlds.forEach(world -> world.gapFilled(1, "12:00"));
        assertThat(worlds.get(0).engine().lateLeftOut()).isZero();
        assertThat(worlds.get(0).news())
                .isEqualTo(worlds.get(1).news())
                .containsExactly("late raised d2 05:00", "late cleared d2 05:50", "tell digest d2");
    }

    private static AlarmRule warm() {
        return rule("warm", Quantity.TEMPERATURE)
                .raise(above(-15), 30)
                .clear(below(-18), 15)
                .build();
    }

    @Nested
    class Values {
        @Test
        void aRuleWithoutForReactsAtTheFirstValue() {
            AlarmWorld world = new AlarmWorld(
                    rule("warm", Quantity.TEMPERATURE).raise(above(8), 0).build());
            world.temperature("d1", "10:00", 8.5);
            assertThat(world.news()).containsExactly("raised d1 10:00", "tell raised d1");
            world.temperature("d1", "10:15", 9);
            assertThat(world.news()).isEmpty();
            world.temperature("d1", "10:30", 8);
            assertThat(world.news()).containsExactly("cleared d1 10:30", "tell cleared d1");
        }

        @Test
        void whatRaisesMustLastInMeasurementTime() {
            AlarmWorld world = new AlarmWorld(warm());
            world.temperature("d1", "10:00", -12).temperature("d1", "10:15", -12);
            assertThat(world.news()).containsExactly("pending d1 10:00");
            world.temperature("d1", "10:30", -12);
            assertThat(world.news()).containsExactly("raised d1 10:30", "tell raised d1");
            assertThat(world.engine().alarms().get(0).since()).isEqualTo(AlarmWorld.at("10:00"));
        }

        @Test
        void whatDoesNotLastIsWithdrawnAndToldToNobody() {
            AlarmWorld world = new AlarmWorld(warm());
            world.temperature("d1", "10:00", -12)
                    .temperature("d1", "10:15", -16)
                    .temperature("d1", "10:30", -12);
            assertThat(world.news()).containsExactly("pending d1 10:00", "withdrawn d1 10:15", "pending d1 10:30");
        }

        @Test
        void inTheDeadBandNothingChangesAndWhatClearsMustLast() {
            AlarmWorld world = new AlarmWorld(warm());
            world.temperature("d1", "10:00", -12).temperature("d1", "10:30", -12);
            world.news();
            world.temperature("d1", "10:45", -16)
                    .temperature("d1", "11:00", -19)
                    .temperature("d1", "11:05", -16);
            assertThat(world.news()).isEmpty();
            world.temperature("d1", "11:15", -19).temperature("d1", "11:30", -19);
            assertThat(world.news()).containsExactly("cleared d1 11:30", "tell cleared d1");
        }

        @Test
        void aStateHoldsUntilTheNextEventAndPingsAreItsClock() {
            AlarmWorld world = new AlarmWorld(
                    rule("door", Quantity.CONTACT).raise(is("OPEN"), 5).build());
            world.live("d1", "contact", "10:00", "{\"state\":\"OPEN\"}");
            world.pings("10:00:30", "10:04:30");
            assertThat(world.news()).containsExactly("pending d1 10:00");
            world.ping("10:05");
            assertThat(world.news()).containsExactly("raised d1 10:05", "tell raised d1");
            world.live("d1", "contact", "10:07", "{\"state\":\"CLOSED\"}");
            assertThat(world.news()).containsExactly("cleared d1 10:07", "tell cleared d1");
        }

        @Test
        void eachSampleOfAnEventCounts() {
            AlarmWorld world = new AlarmWorld(
                    rule("warm", Quantity.TEMPERATURE).raise(above(8), 2).build());
            world.live("d1", "temperature", "10:04", """
                    {"value":3,"samples":[{"value":3,"sampleTime":"2026-05-29T10:04:00Z"},\
                    {"value":9,"sampleTime":"2026-05-29T10:03:00Z"},{"value":9,"sampleTime":"2026-05-29T10:01:00Z"}]}""");
            assertThat(world.news())
                    .containsExactly(
                            "pending d1 10:01",
                            "raised d1 10:03",
                            "tell raised d1",
                            "cleared d1 10:04",
                            "tell cleared d1");
        }

        @Test
        void aTemperatureInsideAHumidityEventCounts() {
            AlarmWorld world = new AlarmWorld(
                    rule("warm", Quantity.TEMPERATURE).raise(above(8), 0).build());
            world.live("d1", "humidity", "10:00", "{\"temperature\":22.5,\"relativeHumidity\":40}");
            assertThat(world.news()).containsExactly("raised d1 10:00", "tell raised d1");
        }

        @Test
        void aLimitMayComeFromALabelAndADeviceWithoutItHasNoAlarm() {
            AlarmRule rule = rule("warm", Quantity.TEMPERATURE)
                    .raise(new Comparison.Above(new Limit("max", Double.NaN)), 0)
                    .build();
            AlarmWorld world = new AlarmWorld(rule)
                    .device("d1", "temperature", Map.of("max", "5"))
                    .device("d2", "temperature", Map.of())
                    .device("d3", "temperature", Map.of("max", "five"));
            world.temperature("d1", "10:00", 6).temperature("d2", "10:00", 6).temperature("d3", "10:00", 6);
            assertThat(world.news()).containsExactly("raised d1 10:00", "tell raised d1");
        }

        @Test
        void onlyDevicesThatAreSelectedHaveAlarms() {
            DeviceSelector freezers = new DeviceSelector(
                    Set.of(), Set.of("temperature"), Set.of(), Map.of("zone", Optional.of("freezer")));
            AlarmWorld world = new AlarmWorld(rule("warm", Quantity.TEMPERATURE)
                            .devices(freezers)
                            .raise(above(0), 0)
                            .build())
                    .device("d1", "temperature", Map.of("zone", "freezer"))
                    .device("d2", "temperature", Map.of("zone", "office"));
            world.temperature("d1", "10:00", 6).temperature("d2", "10:00", 6).temperature("d3", "10:00", 6);
            assertThat(world.news()).containsExactly("raised d1 10:00", "tell raised d1");
            world.device("d1", "temperature", Map.of("zone", "office")).temperature("d1", "10:15", 6);
            assertThat(world.news()).containsExactly("ended d1 10:15", "tell cleared d1");
        }

        @Test
        void aCountRaisesByItsGrowth() {
            AlarmWorld world = new AlarmWorld(
                    rule("busy", Quantity.TOUCH_COUNT).moreThan(20, 60).build());
            world.live("d1", "touchCount", "10:00", "{\"total\":100}")
                    .live("d1", "touchCount", "10:30", "{\"total\":115}");
            assertThat(world.news()).isEmpty();
            world.live("d1", "touchCount", "10:45", "{\"total\":125}");
            assertThat(world.news()).containsExactly("raised d1 10:45", "tell raised d1");
            world.live("d1", "touchCount", "11:40", "{\"total\":126}");
            assertThat(world.news()).containsExactly("cleared d1 11:40", "tell cleared d1");
        }

        @Test
        void aCounterThatBeginsAnewDoesNotShrink() {
            AlarmWorld world = new AlarmWorld(
                    rule("busy", Quantity.TOUCH_COUNT).moreThan(20, 60).build());
            world.live("d1", "touchCount", "10:00", "{\"total\":100}")
                    .live("d1", "touchCount", "10:30", "{\"total\":21}");
            assertThat(world.news()).containsExactly("raised d1 10:30", "tell raised d1");
        }

        @Test
        void aCountThatHardlyGrowsRaisesOnceTheWholeSpanIsKnown() {
            AlarmWorld world = new AlarmWorld(
                    rule("unused", Quantity.TOUCH_COUNT).lessThan(1, 60).build());
            world.live("d1", "touchCount", "10:00", "{\"total\":100}")
                    .live("d1", "touchCount", "10:30", "{\"total\":100}");
            assertThat(world.news()).isEmpty();
            world.live("d1", "touchCount", "11:00", "{\"total\":100}");
            assertThat(world.news()).containsExactly("raised d1 11:00", "tell raised d1");
        }

        @Test
        void aTouchIsRaisedAndOverAtOnce() {
            AlarmWorld world = new AlarmWorld(
                    rule("button", Quantity.TOUCH).raise(is("TOUCHED"), 0).build());
            world.live("d1", "touch", "10:00", "{}");
            assertThat(world.news())
                    .containsExactly("raised d1 10:00", "tell raised d1", "cleared d1 10:00", "tell cleared d1");
        }

        @Test
        void whatIsNotOfTheDocumentedFormSaysNothing() {
            AlarmWorld world = new AlarmWorld(warm());
            world.live("d1", "temperature", "10:00", "{\"value\":\"warm\"}")
                    .live("d1", "temperature", "10:01", "[1]")
                    .live("d1", "temperature", "10:02", "{\"samples\":[{}]}");
            assertThat(world.news()).isEmpty();
        }
    }

    @Test
    void aJournalThatBeginsAnewGivesOtherIdentifiers() {
        AlarmRule rule = rule("warm", Quantity.TEMPERATURE).raise(above(8), 0).build();
        AlarmWorld before = new AlarmWorld(rule).temperature("d1", "10:00", 9);
        AlarmWorld after = new AlarmWorld(rule).temperature("d1", "11:00", 9);
        assertThat(after.changes().get(0).id())
                .isNotEqualTo(before.changes().get(0).id());
    }

    @Nested
    class Excursions {
        private final AlarmRule rule = rule("excursion", Quantity.TEMPERATURE)
                .excursion(above(-12), 60, 24 * 60)
                .build();

        @Test
        void addsUpWithBreaks() {
            AlarmWorld world = new AlarmWorld(rule);
            world.temperature("d1", "08:00", -10)
                    .temperature("d1", "08:30", -15)
                    .temperature("d1", "09:00", -10)
                    .temperature("d1", "09:15", -10);
            assertThat(world.news()).isEmpty();
            world.temperature("d1", "09:30", -10);
            assertThat(world.news()).containsExactly("raised d1 09:30", "tell raised d1");
            world.temperature("d1", "09:45", -15);
            assertThat(world.news()).containsExactly("cleared d1 09:45", "tell cleared d1");
        }

        @Test
        void aHoleCountsNoLongerThanAHeartbeatMayBe() {
            AlarmWorld world = new AlarmWorld(rule("e", Quantity.TEMPERATURE)
                    .excursion(above(-12), 180, 24 * 60)
                    .build());
            world.temperature("d1", "08:00", -10).temperature("d1", "20:00", -10);
            assertThat(world.news()).isEmpty();
        }

        @Test
        void lateValuesCorrectTheSum() {
            AlarmWorld world = new AlarmWorld(rule);
            world.temperature("d1", "08:00", -15).gapOpened(1, "08:05");
            world.temperature("d1", "10:00", -15);
            world.historyTemperature("d1", "08:15", -10)
                    .historyTemperature("d1", "08:30", -10)
                    .historyTemperature("d1", "09:00", -10)
                    .historyTemperature("d1", "09:30", -15);
            assertThat(world.news()).isEmpty();
            world.gapFilled(1, "10:00");
            assertThat(world.news()).containsExactly("late raised d1 09:30", "late cleared d1 10:00", "tell digest d1");
        }
    }

    @Nested
    class Late {
        @Test
        void lateValuesNeverFlipWhatIsCurrent() {
            AlarmWorld world = new AlarmWorld(rule("warm", Quantity.TEMPERATURE)
                    .raise(above(8), 0)
                    .late(LatePolicy.RECORD)
                    .build());
            world.temperature("d1", "10:00", 5);
            world.live("d1", "temperature", "09:00", "{\"value\":20}");
            world.live("d1", "temperature", "10:01", "{\"value\":20,\"isBackfilled\":true}");
            world.historyTemperature("d1", "09:30", 20);
            assertThat(world.news()).isEmpty();
        }

        @Test
        void whatStillHoldsAfterAGapIsRaisedWithItsTrueStart() {
            AlarmWorld world = new AlarmWorld(warm());
            world.temperature("d1", "10:00", -20).gapOpened(1, "10:05").ping("12:05");
            world.temperature("d1", "12:05", -10);
            assertThat(world.news()).containsExactly("pending d1 12:05");
            world.historyTemperature("d1", "10:15", -20)
                    .historyTemperature("d1", "10:30", -10)
                    .historyTemperature("d1", "11:30", -10);
            assertThat(world.news()).isEmpty();
            world.gapFilled(1, "12:05");
            assertThat(world.news()).containsExactly("raised d1 12:05", "tell raised d1");
            assertThat(world.engine().alarms().get(0).since()).isEqualTo(AlarmWorld.at("10:30"));
        }

        @Test
        void whatSeemedToLastThroughAGapIsNotRaisedIfHistorySaysOtherwise() {
            AlarmWorld world = new AlarmWorld(warm());
            world.temperature("d1", "10:00", -10).gapOpened(1, "10:05").temperature("d1", "12:05", -10);
            assertThat(world.news()).containsExactly("pending d1 10:00");
            world.historyTemperature("d1", "11:00", -20).gapFilled(1, "12:05");
            assertThat(world.news()).isEmpty();
            world.temperature("d1", "12:20", -10);
            assertThat(world.news()).isEmpty();
            world.temperature("d1", "12:35", -10);
            assertThat(world.news()).containsExactly("raised d1 12:35", "tell raised d1");
        }

        @Test
        void whatBeganWithTheLastEventBeforeAGapIsInDoubtToo() {
            AlarmWorld world = new AlarmWorld(warm());
            world.temperature("d1", "10:00", -10).gapOpened(1, "10:00").temperature("d1", "12:05", -10);
            assertThat(world.news()).containsExactly("pending d1 10:00");
            world.historyTemperature("d1", "11:00", -20).gapFilled(1, "12:05");
            assertThat(world.news()).isEmpty();
        }

        @Test
        void whatHeldForLongEnoughBeforeAGapIsNotInDoubt() {
            AlarmWorld world = new AlarmWorld(warm());
            world.temperature("d1", "10:00", -10).gapOpened(1, "10:30").temperature("d1", "10:30", -10);
            assertThat(world.news()).containsExactly("pending d1 10:00", "raised d1 10:30", "tell raised d1");
        }

        @Test
        void whatHasHeldForLongEnoughSinceAGapIsRaisedAlthoughTheGapIsNeverFilled() {
            AlarmWorld world = new AlarmWorld(warm());
            world.temperature("d1", "10:00", -10).gapOpened(1, "10:05");
            world.temperature("d1", "10:15", -10).temperature("d1", "10:30", -10);
            assertThat(world.news()).containsExactly("pending d1 10:00");
            world.temperature("d1", "10:45", -10);
            assertThat(world.news()).containsExactly("raised d1 10:45", "tell raised d1");
            assertThat(world.engine().alarms().get(0).since()).isEqualTo(AlarmWorld.at("10:15"));

            world.historyTemperature("d1", "10:06", -10)
                    .historyTemperature("d1", "10:10", -10)
                    .gapFilled(1, "10:45");
            world.pings("10:45:30", "10:55");
            assertThat(world.news()).isEmpty();
        }

        @Test
        void whatWasRaisedAndClearedWhileAGapWasOpenIsNotToldAgainWhenItIsFilled() {
            AlarmWorld world = new AlarmWorld(warm());
            world.temperature("d1", "10:00", -10).gapOpened(1, "10:05");
            for (String time : List.of("10:15", "10:30", "10:45")) {
                world.temperature("d1", time, -10);
            }
            world.temperature("d1", "11:00", -20).temperature("d1", "11:15", -20);
            assertThat(world.news()).endsWith("cleared d1 11:15", "tell cleared d1");

            world.historyTemperature("d1", "10:06", -10).gapFilled(1, "11:15");
            assertThat(world.news()).isEmpty();
        }

        @Test
        void aSecondGapBeginsTheDoubtAnew() {
            AlarmWorld world = new AlarmWorld(warm());
            world.temperature("d1", "10:00", -10).gapOpened(1, "10:05");
            world.temperature("d1", "10:15", -10)
                    .temperature("d1", "10:30", -10)
                    .gapOpened(2, "10:35");
            world.temperature("d1", "10:45", -10).temperature("d1", "11:00", -10);
            assertThat(world.news()).containsExactly("pending d1 10:00");
            world.restart().temperature("d1", "11:15", -10);
            assertThat(world.news()).containsExactly("raised d1 11:15", "tell raised d1");
        }

        @Test
        void theDoubtEndsAfterAnHourHoweverManyGapsFollowThatAreNeverFilled() {
            AlarmWorld world = new AlarmWorld(warm());
            world.temperature("d1", "10:00", -10).pings("10:00:30", "10:04:30");
            for (int minutes = 0; minutes < 60; minutes += 10) {
                LocalTime begin = LocalTime.of(10, 5).plusMinutes(minutes);
                world.gapOpened(minutes, begin.toString())
                        .pings(begin.toString(), begin.plusMinutes(4).toString())
                        .temperature("d1", begin.plusMinutes(5).toString(), -10)
                        .pings(
                                begin.plusMinutes(6).toString(),
                                begin.plusMinutes(9).toString());
            }
            assertThat(world.news()).containsExactly("pending d1 10:00");
            world.restart().pings("11:05", "11:06").temperature("d1", "11:06", -10);
            assertThat(world.changes())
                    .last()
                    .isInstanceOfSatisfying(
                            AlarmChange.Notification.class,
                            told -> assertThat(told.text()).contains("since 2026-05-29T10:00:00Z, as far as is known"));
            assertThat(world.news()).containsExactly("raised d1 11:06", "tell raised d1");
        }

        @Test
        void aGapThatBecomesKnownAfterTheFirstValuesBehindItPutsOnlyThoseInDoubt() {
            AlarmWorld world = new AlarmWorld(warm());
            world.temperature("d1", "10:00", -10)
                    .temperature("d1", "10:15", -10)
                    .gapOpened(1, "10:05");
            world.temperature("d1", "10:20", -10).temperature("d1", "10:40", -10);
            assertThat(world.news()).containsExactly("pending d1 10:00");
            world.temperature("d1", "10:50", -10);
            assertThat(world.news()).containsExactly("raised d1 10:50", "tell raised d1");
        }

        private final AlarmRule door =
                rule("door", Quantity.CONTACT).raise(is("OPEN"), 10).build();

        private static final String OPEN = "{\"state\":\"OPEN\"}";

        @Test
        void aDoorThatWasOpenBeforeAGapCountsAsOpenAfterAnHourWithoutTheMissingEvents() {
            AlarmWorld world = new AlarmWorld(door).ping("10:00");
            world.live("d1", "contact", "10:00", OPEN).gapOpened(1, "10:00").pings("12:00", "12:59:30");
            assertThat(world.news()).containsExactly("pending d1 10:00");
            world.restart().ping("13:00");
            assertThat(world.changes()).first().isInstanceOfSatisfying(AlarmChange.Transition.class, raised -> {
                assertThat(raised.since()).isEqualTo(AlarmWorld.at("10:00"));
                assertThat(raised.reason()).contains("as far as is known");
            });
            assertThat(world.changes())
                    .last()
                    .isInstanceOfSatisfying(
                            AlarmChange.Notification.class,
                            told -> assertThat(told.text()).contains("since 2026-05-29T10:00:00Z, as far as is known"));
            assertThat(world.news()).containsExactly("raised d1 10:10", "tell raised d1");

            world.history("d1", "contact", "11:00", "{\"state\":\"CLOSED\"}").gapFilled(1, "12:00");
            assertThat(world.news()).contains("tell cleared d1").doesNotContain("raised d1 10:10");
            assertThat(world.engine().alarms()).isEmpty();
        }

        @Test
        void aDoorThatIsOpenedAgainAfterAGapIsOpenFromThenOn() {
            AlarmWorld world = new AlarmWorld(door).ping("10:00");
            world.live("d1", "contact", "10:00", OPEN).gapOpened(1, "10:05").pings("10:05:30", "10:20");
            world.live("d1", "contact", "10:20", OPEN).pings("10:20:30", "10:29:30");
            assertThat(world.news()).containsExactly("pending d1 10:00");
            world.restart().ping("10:30");
            assertThat(world.news()).containsExactly("raised d1 10:30", "tell raised d1");
        }

        @Test
        void aThousandDevicesWithATwoHourGapGiveOneDigest() {
            AlarmWorld world = new AlarmWorld(warm());
            for (int i = 0; i < 1000; i++) {
                world.temperature("d" + i, "10:00", -20);
            }
            world.gapOpened(1, "10:05").ping("12:05");
            for (int i = 0; i < 1000; i++) {
                world.historyTemperature("d" + i, "10:15", -10)
                        .historyTemperature("d" + i, "10:45", -10)
                        .historyTemperature("d" + i, "11:45", -20);
            }
            world.gapFilled(1, "12:05");
            for (int i = 0; i < 1000; i++) {
                world.temperature("d" + i, "12:10", -20);
            }
            world.pings("12:10:30", "12:30");
            assertThat(world.changes())
                    .filteredOn(change -> change instanceof AlarmChange.Notification)
                    .singleElement()
                    .satisfies(change -> {
                        AlarmChange.Notification digest = (AlarmChange.Notification) change;
                        assertThat(digest.count()).isEqualTo(1000);
                        assertThat(digest.members()).hasSize(100);
                        assertThat(digest.text()).contains("1000 alarms were raised and cleared", "and 900 more");
                    });
        }

        @Test
        void whatASensorKeptInItsOwnMemoryIsToldOnceNoMoreComes() {
            AlarmWorld world = new AlarmWorld(warm());
            world.temperature("d1", "08:00", -20).pings("08:00:30", "11:59");
            world.live("d1", "temperature", "09:00", "{\"value\":-10,\"isBackfilled\":true}");
            world.live("d1", "temperature", "09:45", "{\"value\":-10,\"isBackfilled\":true}");
            world.live("d1", "temperature", "10:00", "{\"value\":-20,\"isBackfilled\":true}");
            world.temperature("d1", "12:00", -20).pings("12:00:30", "12:03:30");
            assertThat(world.news()).isEmpty();
            world.pings("12:04", "12:06");
            assertThat(world.news()).containsExactly("late raised d1 09:00", "late cleared d1 10:00", "tell digest d1");
        }

        @Test
        void lateValuesAreJudgedAlthoughAnOldGapIsNeverFilled() {
            AlarmWorld world = new AlarmWorld(warm());
            world.temperature("d1", "10:00", -20).gapOpened(1, "10:05").pings("12:00", "13:10");
            world.temperature("d1", "13:10:30", -20);
            world.live("d1", "temperature", "12:15", "{\"value\":-10,\"isBackfilled\":true}");
            world.live("d1", "temperature", "12:50", "{\"value\":-10,\"isBackfilled\":true}");
            world.live("d1", "temperature", "13:00", "{\"value\":-20,\"isBackfilled\":true}");
            assertThat(world.news()).isEmpty();
            world.pings("13:11", "13:20");
            assertThat(world.news()).containsExactly("late raised d1 12:15", "late cleared d1 13:00", "tell digest d1");
        }

        @Test
        void byItsPolicyEachIsToldOrOnlyRecorded() {
            for (LatePolicy policy : List.of(LatePolicy.RAISE, LatePolicy.RECORD)) {
                AlarmWorld world = new AlarmWorld(rule("warm", Quantity.TEMPERATURE)
                        .raise(above(-15), 0)
                        .late(policy)
                        .build());
                world.temperature("d1", "10:00", -20).gapOpened(1, "10:05");
                world.temperature("d1", "12:05", -20);
                world.historyTemperature("d1", "10:15", -10).historyTemperature("d1", "10:30", -20);
                world.gapFilled(1, "12:05");
                assertThat(world.news())
                        .startsWith("late raised d1 10:15", "late cleared d1 10:30")
                        .hasSize(policy == LatePolicy.RAISE ? 3 : 2);
            }
        }

        @Test
        void historyThatIsPolledWhileTheStreamIsBlockedRaisesAlarms() {
            AlarmWorld world = new AlarmWorld(
                    rule("warm", Quantity.TEMPERATURE).raise(above(8), 0).build());
            world.temperature("d1", "10:00", 5).gapOpened(1, "10:05").ping("12:05");
            world.historyTemperature("d1", "12:04", 9);
            assertThat(world.news()).containsExactly("raised d1 12:04", "tell raised d1");
        }
    }

    @Nested
    class Silence {
        private final AlarmRule rule = silence("silent", 50).build();

        @Test
        void aDeviceThatIsSilentRaisesAndItsNextEventClears() {
            AlarmWorld world = new AlarmWorld(rule);
            world.temperature("d1", "10:00", 5).pings("10:00:30", "10:49:30");
            assertThat(world.news()).isEmpty();
            world.pings("10:50", "10:51");
            assertThat(world.news()).containsExactly("raised silence of d1 10:50", "tell raised d1");
            world.live("d1", "networkStatus", "11:00", "{\"signalStrength\":50}");
            assertThat(world.news()).containsExactly("cleared silence of d1 11:00", "tell cleared d1");
        }

        @Test
        void aDeviceThatIsHeardOnceAndSilentAgainRaisesAgain() {
            AlarmWorld world = new AlarmWorld(rule);
            world.temperature("d1", "10:00", 5)
                    .pings("10:00:30", "11:00")
                    .temperature("d1", "11:00:30", 5)
                    .pings("11:01", "11:50");
            world.news();
            world.pings("11:50:30", "11:51");
            assertThat(world.news()).containsExactly("raised silence of d1 11:50:30", "tell raised d1");
        }

        @Test
        void whileTheStreamIsInterruptedNobodysSilenceIsCountedAndTheTimeBeforeCounts() {
            AlarmWorld world = new AlarmWorld(rule);
            world.temperature("d1", "10:00", 5).pings("10:00:30", "10:30").pings("12:30", "12:49:30");
            assertThat(world.news()).isEmpty();
            world.pings("12:50", "12:51");
            assertThat(world.news()).containsExactly("raised silence of d1 12:50", "tell raised d1");
        }

        @Test
        void whileAGapIsFilledNobodyIsCalledSilent() {
            AlarmWorld world = new AlarmWorld(rule);
            world.temperature("d1", "10:00", 5).pings("10:00:30", "10:30").gapOpened(1, "10:30");
            world.pings("12:30", "13:00");
            assertThat(world.news()).isEmpty();
            world.historyTemperature("d1", "12:20", 5).gapFilled(1, "12:30");
            assertThat(world.news()).isEmpty();
            world.pings("13:00:30", "13:12");
            assertThat(world.news()).containsExactly("raised silence of d1 13:10", "tell raised d1");
        }

        @Test
        void afterAGapThatIsNeverFilledSilenceCountsFromItsEnd() {
            AlarmWorld world = new AlarmWorld(rule);
            world.temperature("d1", "10:00", 5).pings("10:00:30", "10:29").temperature("d2", "10:29", 5);
            world.pings("10:29:30", "10:30").gapOpened(1, "10:30").pings("12:30", "12:40");
            world.temperature("d2", "12:40", 5).restart().pings("12:40:30", "13:19:30");
            assertThat(world.news()).isEmpty();
            world.pings("13:20", "13:29:30");
            assertThat(world.changes())
                    .last()
                    .isInstanceOfSatisfying(
                            AlarmChange.Notification.class,
                            told -> assertThat(told.text())
                                    .contains("it has sent nothing since 2026-05-29T10:00:00Z, as far as is known"));
            assertThat(world.news()).containsExactly("raised silence of d1 13:20", "tell raised d1");
            world.pings("13:30", "14:00");
            assertThat(world.news()).containsExactly("raised silence of d2 13:30", "tell raised d2");

            world.historyTemperature("d1", "12:20", 5).gapFilled(1, "12:30").pings("14:00:30", "15:00");
            assertThat(world.news()).isEmpty();
        }

        @Test
        void whereGapsFollowEachOtherAndAreNeverFilledADeviceGetsItsTimeTwice() {
            AlarmWorld world = new AlarmWorld(rule);
            world.temperature("d1", "10:00", 5).pings("10:00:30", "10:30").gapOpened(1, "10:30");
            world.pings("10:30:30", "11:00").gapOpened(2, "11:00");
            world.pings("11:00:30", "11:30").gapOpened(3, "11:30").pings("11:30:30", "11:39:30");
            assertThat(world.news()).isEmpty();
            world.restart().pings("11:40", "11:41");
            assertThat(world.news()).containsExactly("raised silence of d1 11:40", "tell raised d1");
        }

        @Test
        void aDeviceThatWasSilentBeforeAGapIsCalledSilentAtOnceWhenTheGapIsFilled() {
            AlarmWorld world = new AlarmWorld(rule);
            world.temperature("d1", "10:00", 5).pings("10:00:30", "10:45").gapOpened(1, "10:45");
            world.pings("12:45", "13:00");
            assertThat(world.news()).isEmpty();
            world.gapFilled(1, "12:45");
            assertThat(world.news()).containsExactly("raised silence of d1 13:00", "tell raised d1");
        }

        @Test
        void goesOnWithGapsOfWhichTheSecondVersionDidNotSayWhenTheyWereOpened() {
            AlarmWorld world = new AlarmWorld(rule);
            world.temperature("d1", "10:00", 5).pings("10:00:30", "10:30").gapOpened(1, "10:30");
            world.upgrade(secondVersion(world.written()), 2).pings("12:30", "13:19:30");
            assertThat(world.news()).isEmpty();
            world.ping("13:20");
            assertThat(world.news()).containsExactly("raised silence of d1 13:20", "tell raised d1");
        }

        /** Without when its only gap was opened: after the sequence, three times, the count, its number and begin. */
        private static byte[] secondVersion(byte[] written) {
            int opened = 6 * Long.BYTES + Integer.BYTES;
            byte[] second = new byte[written.length - Long.BYTES];
            System.arraycopy(written, 0, second, 0, opened);
            System.arraycopy(written, opened + Long.BYTES, second, opened, second.length - opened);
            return second;
        }

        @Test
        void anEditOfLabelsIsNoSignOfLife() {
            AlarmWorld world = new AlarmWorld(rule);
            world.temperature("d1", "10:00", 5).pings("10:00:30", "10:40");
            world.live("d1", "labelsChanged", "10:40", "{\"added\":{}}").pings("10:40:30", "10:50");
            assertThat(world.news()).containsExactly("raised silence of d1 10:50", "tell raised d1");
        }

        @Test
        void aSilentDeviceKeepsItsAlarmMarkedStale() {
            AlarmWorld world = new AlarmWorld(rule("warm", Quantity.TEMPERATURE)
                    .raise(above(8), 0)
                    .noData(50)
                    .build());
            world.temperature("d1", "10:00", 9);
            world.news();
            world.pings("10:00:30", "10:50");
            assertThat(world.news()).containsExactly("raised silence of d1 10:50", "tell raised d1", "stale d1 10:50");
            assertThat(world.engine().alarms()).hasSize(2).anyMatch(AlarmView::isStale);
            world.temperature("d1", "11:00", 9);
            assertThat(world.news())
                    .containsExactly("cleared silence of d1 11:00", "tell cleared d1", "fresh d1 11:00");
        }

        @Test
        void aDeviceThatNeverSentAnythingIsSilentFromWhenItJoined() {
            AlarmWorld world = new AlarmWorld(rule).ping("10:00");
            world.input(new AlarmInput.DeviceJoined(world.nextInput(), "d9", AlarmWorld.at("10:00")));
            world.pings("10:00:30", "10:50");
            assertThat(world.news()).containsExactly("raised silence of d9 10:50", "tell raised d9");
        }

        @Test
        void anyEventEndsTheWaitForTheFirstAlsoIfThisMachinesClockIsAhead() {
            AlarmWorld world = new AlarmWorld(rule).ping("10:00");
            world.input(new AlarmInput.DeviceJoined(world.nextInput(), "d9", AlarmWorld.at("12:00")));
            world.pings("10:00:30", "10:45").temperature("d9", "10:45", 5).restart();
            world.pings("10:45:30", "11:34:30");
            assertThat(world.news()).isEmpty();
            world.ping("11:35");
            assertThat(world.news()).containsExactly("raised silence of d9 11:35", "tell raised d9");
            world.input(new AlarmInput.DeviceJoined(world.nextInput(), "d9", AlarmWorld.at("11:35")));
            assertThat(world.news()).isEmpty();
        }

        @Test
        void aDeviceIsUnheardIfItIsListedAndARuleIsAboutItsSilenceAndNothingHasComeFromIt() {
            DeviceSelector sensors = new DeviceSelector(Set.of(), Set.of("temperature"), Set.of(), Map.of());
            AlarmWorld world = new AlarmWorld(
                            silence("silent", 50).devices(sensors).build(), warm())
                    .device("d1", "temperature", Map.of())
                    .device("d2", "temperature", Map.of())
                    .device("d3", "temperature", Map.of())
                    .device("d4", "motion", Map.of());
            world.temperature("d2", "10:00", 5).live("d3", "labelsChanged", "10:00", "{\"added\":{}}");
            assertThat(List.of("d1", "d2", "d3", "d4", "d5"))
                    .filteredOn(world.engine()::isUnheard)
                    .containsExactly("d1", "d3");
        }

        @Test
        void aCloudConnectorIsNotUnheardAsWhatComesFromItIsItsConnectionWhenThatChanges() {
            AlarmWorld world = new AlarmWorld(rule).device("c1", "ccon", Map.of());
            assertThat(world.engine().isUnheard("c1")).isFalse();
        }

        @Test
        void aDeviceThatLeavesTheProjectEndsItsAlarms() {
            AlarmWorld world = new AlarmWorld(rule);
            world.temperature("d1", "10:00", 5).pings("10:00:30", "10:50");
            world.news();
            world.input(new AlarmInput.DeviceLeft(world.nextInput(), "d1", AlarmWorld.at("10:50")));
            assertThat(world.news()).containsExactly("ended silence of d1 10:50", "tell cleared d1");
            world.pings("10:50:30", "12:00");
            assertThat(world.news()).isEmpty();
        }

        @Test
        void onlyTheCloudConnectorIsToldOfNotWhatIsBehindIt() {
            AlarmRule offline =
                    rule("offline", Quantity.CONNECTION).raise(is("OFFLINE"), 0).build();
            AlarmWorld world = new AlarmWorld(rule, offline);
            world.live("c1", "connectionStatus", "09:59", "{\"connection\":\"ETHERNET\"}");
            for (String device : List.of("d1", "d2")) {
                world.live(device, "networkStatus", "10:00", "{\"cloudConnectors\":[{\"id\":\"c1\"}]}");
            }
            world.pings("10:00:30", "10:10");
            world.live("c1", "connectionStatus", "10:10", "{\"connection\":\"OFFLINE\"}");
            assertThat(world.news()).containsExactly("raised c1 10:10", "tell raised c1");
            world.pings("10:10:30", "10:55");
            assertThat(world.news()).containsExactly("raised silence of d1 10:50", "raised silence of d2 10:50");
            world.live("c1", "connectionStatus", "11:00", "{\"connection\":\"ETHERNET\"}");
            assertThat(world.news()).containsExactly("cleared c1 11:00", "tell cleared c1");
            world.live("d1", "networkStatus", "11:05", "{\"cloudConnectors\":[{\"id\":\"c1\"}]}");
            assertThat(world.news()).containsExactly("cleared silence of d1 11:05");
            world.pings("11:05:30", "12:00");
            assertThat(world.news()).contains("tell raised d2");
        }
    }

    @Nested
    class People {
        private final AlarmRule rule = rule("warm", Quantity.TEMPERATURE)
                .raise(above(8), 0)
                .acknowledge(240)
                .remind(60)
                .escalate(0, "duty")
                .escalate(120, "manager")
                .build();

        @Test
        void areRemindedAndTheNextIsToldUntilSomebodyAcknowledges() {
            AlarmWorld world = new AlarmWorld(rule).temperature("d1", "10:00", 9);
            assertThat(world.news()).containsExactly("raised d1 10:00", "tell duty raised d1");
            world.pings("10:00:30", "11:30");
            assertThat(world.news()).containsExactly("tell duty reminder d1");
            world.pings("11:30:30", "12:30");
            assertThat(world.news()).containsExactly("tell manager escalation d1");
            world.pings("12:30:30", "13:30");
            assertThat(world.news()).containsExactly("tell duty reminder d1", "tell manager reminder d1");
            world.acknowledge("warm", "d1").pings("13:30:30", "17:00");
            assertThat(world.news()).containsExactly("acknowledged d1 13:30");
        }

        @Test
        void areToldAgainWhenAnAcknowledgementLapses() {
            AlarmWorld world = new AlarmWorld(rule).temperature("d1", "10:00", 9);
            world.acknowledge("warm", "d1").pings("10:00:30", "13:59:30");
            world.news();
            world.ping("14:00");
            assertThat(world.news()).startsWith("lapsed d1 14:00", "tell duty reminder d1");
        }

        @Test
        void oweAnAcknowledgementAfterTheAlarmIsOver() {
            AlarmWorld world =
                    new AlarmWorld(rule).temperature("d1", "10:00", 9).temperature("d1", "10:15", 5);
            assertThat(world.engine().alarms())
                    .singleElement()
                    .satisfies(view -> assertThat(view.state()).isEqualTo(AlarmState.RETURNED));
            world.acknowledge("warm", "d1");
            assertThat(world.engine().alarms()).isEmpty();
            assertThatThrownBy(() -> world.acknowledge("warm", "d1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nothing to acknowledge");
            assertThatThrownBy(() -> world.acknowledge("cold", "d1")).hasMessageContaining("no rule cold");
        }

        @Test
        void areNotToldOfWhatIsOnTheShelfUntilItsTimeIsOver() {
            AlarmWorld world = new AlarmWorld(rule).temperature("d1", "10:00", 5);
            world.shelve("warm", "d1", Duration.ofMinutes(60)).temperature("d1", "10:15", 9);
            assertThat(world.news()).containsExactly("shelved d1 10:00", "raised d1 10:15");
            world.pings("10:15:30", "11:00");
            assertThat(world.news()).containsExactly("unshelved d1 11:00", "tell duty raised d1");
        }

        @Test
        void areToldOnceOfWhatBelongsTogether() {
            AlarmWorld world = new AlarmWorld(rule("warm", Quantity.TEMPERATURE)
                    .raise(above(8), 0)
                    .group("site", 30)
                    .build());
            for (String device : List.of("d1", "d2", "d3")) {
                world.device(device, "temperature", Map.of("site", device.equals("d3") ? "north" : "south"));
            }
            world.temperature("d1", "10:00", 9).temperature("d2", "10:00:10", 9).temperature("d3", "10:00:20", 9);
            assertThat(world.news()).noneMatch(news -> news.startsWith("tell"));
            world.ping("10:00:30").ping("10:01");
            assertThat(world.news()).containsExactly("tell raised d1,d2", "tell raised d3");
        }

        @Test
        void areNotToldOfAGroupedAlarmThatIsOverBeforeItsTimeHasCome() {
            AlarmWorld world = new AlarmWorld(rule("warm", Quantity.TEMPERATURE)
                            .raise(above(8), 0)
                            .group("site", 30)
                            .build())
                    .device("d1", "temperature", Map.of("site", "north"));
            world.temperature("d1", "10:00", 9).temperature("d1", "10:00:10", 5).pings("10:00:30", "10:02");
            assertThat(world.news()).containsExactly("raised d1 10:00", "cleared d1 10:00:10");
        }

        @Test
        void areToldOfAFloodAsOne() {
            AlarmWorld world = new AlarmWorld(
                    rule("warm", Quantity.TEMPERATURE).raise(above(8), 0).build());
            for (int i = 100; i < 140; i++) {
                world.temperature("d" + i, "10:00", 9);
            }
            assertThat(world.news()).filteredOn(news -> news.startsWith("tell")).hasSize(10);
            world.pings("10:00:30", "10:30");
            assertThat(world.changes()).singleElement().satisfies(change -> {
                AlarmChange.Notification flood = (AlarmChange.Notification) change;
                assertThat(flood.occasion()).isEqualTo(AlarmChange.Occasion.FLOOD);
                assertThat(flood.count()).isEqualTo(30);
                assertThat(flood.text()).contains("30 further changes");
            });
        }
    }

    @Nested
    class Edits {
        @Test
        void keepTheStateOfWhatTheyDoNotConcern() {
            AlarmRule cold =
                    rule("cold", Quantity.TEMPERATURE).raise(below(-30), 0).build();
            AlarmWorld world = new AlarmWorld(warm(), cold).temperature("d1", "10:00", -10);
            EditEffect effect = world.edit(
                    warm(),
                    rule("cold", Quantity.TEMPERATURE).raise(below(-40), 0).build());
            assertThat(effect.raised()).isEmpty();
            world.temperature("d1", "10:30", -10);
            assertThat(world.news()).containsExactly("pending d1 10:00", "raised d1 10:30", "tell raised d1");
        }

        @Test
        void sayWhatTheyRaiseClearAndEnd() {
            AlarmRule lax =
                    rule("warm", Quantity.TEMPERATURE).raise(above(8), 0).build();
            AlarmRule strict =
                    rule("warm", Quantity.TEMPERATURE).raise(above(4), 0).build();
            AlarmWorld world = new AlarmWorld(lax)
                    .temperature("d1", "10:00", 5)
                    .temperature("d2", "10:00", 5)
                    .temperature("d3", "10:00", 3);
            assertThat(world.engine().preview(List.of(strict)).raised()).hasSize(2);
            assertThat(world.news()).isEmpty();
            assertThat(world.edit(strict).raised()).hasSize(2);
            assertThat(world.news()).contains("raised d1 10:00", "raised d2 10:00");
            assertThat(world.edit(lax).cleared()).hasSize(2);
            world.edit(strict);
            assertThat(world.edit().ended()).hasSize(2);
            assertThat(world.engine().alarms()).isEmpty();
        }

        private RuleBuilder told(int limit) {
            return rule("warm", Quantity.TEMPERATURE)
                    .raise(above(limit), 0)
                    .acknowledge(240)
                    .remind(60);
        }

        /** An alarm since 10:00 of which both people were told; then the manager is told no more. */
        private AlarmWorld shortened() {
            AlarmWorld world = new AlarmWorld(
                    told(8).escalate(0, "duty").escalate(120, "manager").build());
            world.temperature("d1", "10:00", 9).pings("10:00:30", "12:01");
            assertThat(world.news()).contains("tell duty raised d1", "tell manager escalation d1");
            world.edit(told(8).escalate(0, "duty").build());
            assertThat(world.news()).isEmpty();
            return world;
        }

        @Test
        void whoIsStillToldAfterAnEscalationWasShortenedHearsOfTheEnd() {
            AlarmWorld world = shortened();
            world.temperature("d1", "12:02", 5);
            assertThat(world.news()).containsExactly("cleared d1 12:02", "tell duty cleared d1");
        }

        @Test
        void whoIsStillToldAfterAnEscalationWasShortenedIsReminded() {
            AlarmWorld world = shortened();
            world.pings("12:02", "13:01");
            assertThat(world.news()).containsExactly("tell duty reminder d1");
        }

        @Test
        void whoIsStillToldAfterAnEscalationWasShortenedIsRemindedAlsoWhileNothingIsReceived() {
            AlarmWorld world = shortened();
            world.input(new AlarmInput.StreamSilent(
                    world.nextInput(), AlarmWorld.at("12:01"), AlarmWorld.at("13:01"), "cut"));
            assertThat(world.news()).containsExactly("tell duty reminder d1");
        }

        @Test
        void anEditThatShortensTheEscalationMayEndTheAlarmItself() {
            AlarmWorld world = shortened();
            world.edit(told(10).build());
            assertThat(world.news()).containsExactly("cleared d1 10:00", "tell cleared d1");
        }

        @Test
        void whoWasToldHearsOfTheEndIfTheEscalationIsAsBefore() {
            AlarmWorld world = shortened();
            world.restart();
            world.edit(told(8).escalate(0, "duty").escalate(120, "manager").build());
            world.pings("12:02", "12:10").temperature("d1", "12:11", 5);
            assertThat(world.news())
                    .containsExactly("cleared d1 12:11", "tell duty cleared d1", "tell manager cleared d1");
        }

        @Test
        void ofWhoIsToldChangeNothing() {
            AlarmWorld world = new AlarmWorld(warm()).temperature("d1", "10:00", -10);
            world.news();
            world.edit(rule("warm", Quantity.TEMPERATURE)
                    .raise(above(-15), 30)
                    .clear(below(-18), 15)
                    .escalate(0, "duty")
                    .build());
            world.temperature("d1", "10:30", -10);
            assertThat(world.news()).containsExactly("raised d1 10:30", "tell duty raised d1");
        }
    }
}
