package io.github.dtstream.alarm.engine;

import static io.github.dtstream.alarm.engine.RuleBuilder.above;
import static io.github.dtstream.alarm.engine.RuleBuilder.is;
import static io.github.dtstream.alarm.engine.RuleBuilder.rule;
import static io.github.dtstream.alarm.engine.RuleBuilder.silence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.dtstream.alarm.change.AlarmChange.Person;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmKey.Subject;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.notification.Changes;
import io.github.dtstream.alarm.notification.Notifier;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.alarm.rule.DeviceSelector;
import io.github.dtstream.alarm.window.SampleWindow;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.reading.Reading;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DevicesFormatTest {
    private static final long TEN = AlarmWorld.at("10:00").toEpochMilli();
    private static final long MINUTE = 60_000;
    private static final AlarmRule WARM =
            rule("warm", Quantity.TEMPERATURE).raise(above(8), 30).build();
    private static final AlarmRule SILENT = silence("silent", 60).build();
    private static final Device FREEZER =
            new Device("d1", "temperature", "100123", Map.of("name", "Freezer", "room", "north"));

    /** The devices of an engine, and what belongs to them. */
    private static final class Side {
        final RulesInForce rules;
        final DeviceTracks tracks;
        final LateValues late;
        final AlarmTimers timers;
        final DevicesFormat format;

        Side(AlarmRule... inForce) {
            Changes changes = new Changes();
            Notifier notifier = new Notifier(changes);
            LifeCycle lifeCycle = new LifeCycle(changes, notifier);
            StreamTime time = new StreamTime();
            time.passed(TEN, true);
            ValueAlarms values = new ValueAlarms(lifeCycle, time::now, new OpenGaps(time));
            rules = new RulesInForce(List.of(inForce));
            timers = new AlarmTimers(lifeCycle, values, time);
            timers.ticked(Long.MAX_VALUE);
            late = new LateValues(lifeCycle, values, notifier, changes, timers::watch, Long.MAX_VALUE);
            tracks = new DeviceTracks(rules, id -> Optional.empty(), (track, left) -> {});
            format = new DevicesFormat(rules, tracks, late, timers);
        }

        DeviceTrack add(Device device) {
            DeviceTrack track = new DeviceTrack(device);
            tracks.restore(track);
            return track;
        }

        Alarm alarm(String rule, String device, Subject subject) {
            Alarm alarm = tracks.find(new AlarmKey(rule, device, subject));
            assertThat(alarm).isNotNull();
            return alarm;
        }

        byte[] written() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            format.write(new DataOutputStream(bytes));
            return bytes.toByteArray();
        }

        /** Reads all of it. */
        Side read(byte[] written) throws IOException {
            ByteArrayInputStream in = new ByteArrayInputStream(written);
            format.read(new DataInputStream(in));
            assertThat(in.available()).as("bytes that were not read").isZero();
            return this;
        }
    }

    /** A freezer that is too warm since a quarter of an hour. */
    private static Side warmFreezer(AlarmRule... rules) {
        Side side = new Side(rules);
        side.add(FREEZER);
        Alarm alarm = side.alarm("warm", "d1", Subject.VALUE);
        alarm.holds(TEN, 9, null, TEN - 15 * MINUTE);
        return side;
    }

    @Test
    void aProjectWithoutDevicesHasNone() throws IOException {
        Side read = new Side(WARM).read(new Side(WARM).written());

        assertThat(read.tracks.all()).isEmpty();
    }

    @Test
    void aDeviceIsReadBackWithWhatWasHeardOfIt() throws IOException {
        Side side = new Side(WARM);
        DeviceTrack heard = side.add(FREEZER);
        heard.heard = TEN;
        heard.heardFlowed = 77;
        heard.connectors = Set.of("ccon2", "ccon1");
        DeviceTrack offline = side.add(new Device("ccon1", "ccon", "", Map.of()));
        offline.isOffline = true;

        Side read = new Side(WARM).read(side.written());

        assertThat(read.tracks.sorted()).extracting(track -> track.device).containsExactly(offline.device, FREEZER);
        DeviceTrack again = read.tracks.get("d1");
        assertThat(again).isNotNull();
        assertThat(again.heard).isEqualTo(TEN);
        assertThat(again.heardFlowed).isEqualTo(77);
        assertThat(again.connectors).containsExactlyInAnyOrder("ccon1", "ccon2");
        assertThat(again.isOffline).isFalse();
        assertThat(read.tracks.sorted().get(0).isOffline).isTrue();
        assertThat(again.coverage().size()).as("its rules").isEqualTo(1);
        assertThat(again.alarms()).isEmpty();
    }

    @Test
    void anAlarmIsReadBackAndTheClockStillRaisesIt() throws IOException {
        AlarmRule open = rule("open", Quantity.CONTACT).raise(is("OPEN"), 30).build();
        Side side = new Side(open);
        side.add(FREEZER);
        side.alarm("open", "d1", Subject.VALUE).holds(TEN, Double.NaN, "OPEN", TEN - 15 * MINUTE);

        Side read = new Side(open).read(side.written());

        Alarm again = read.alarm("open", "d1", Subject.VALUE);
        assertThat(again.value).isEqualTo("OPEN");
        assertThat(again.newest).isEqualTo(TEN);
        assertThat(again.holdsSince()).isEqualTo(TEN - 15 * MINUTE);
        assertThat(again.device).isSameAs(read.tracks.get("d1"));
        assertThat(read.timers.takeDue(TEN + 15 * MINUTE - 1)).isEmpty();
        assertThat(read.timers.takeDue(TEN + 15 * MINUTE)).containsExactly(again);
    }

    @Test
    void theTwoAlarmsOfARuleAreKeptApart() throws IOException {
        AlarmRule both =
                rule("both", Quantity.TEMPERATURE).raise(above(8), 0).noData(60).build();
        Side side = new Side(both);
        side.add(FREEZER);
        Alarm silence = side.alarm("both", "d1", Subject.NO_DATA);
        silence.state = AlarmState.ACKNOWLEDGED;
        silence.course().since = TEN;
        silence.handling().person = new Person("ann", "on it", Instant.ofEpochMilli(TEN + MINUTE));
        silence.handling().acknowledgedUntil = TEN + MINUTE;

        Side read = new Side(both).read(side.written());

        Alarm again = read.alarm("both", "d1", Subject.NO_DATA);
        assertThat(again.state).isEqualTo(AlarmState.ACKNOWLEDGED);
        assertThat(again.person()).isEqualTo(silence.handling().person);
        assertThat(read.alarm("both", "d1", Subject.VALUE).state).isEqualTo(AlarmState.NORMAL);
    }

    @Test
    void lateValuesWaitOn() throws IOException {
        Side side = warmFreezer(WARM);
        side.late.add(
                side.alarm("warm", "d1", Subject.VALUE),
                new Reading(Quantity.TEMPERATURE, TEN - 60 * MINUTE, 9, null),
                TEN);

        Side read = new Side(WARM).read(side.written());

        assertThat(read.late.heapBytes()).isPositive().isEqualTo(side.late.heapBytes());
    }

    @Test
    void anAlarmWithoutAStateNeedsNoRoom() throws IOException {
        Side side = new Side(WARM, SILENT);
        side.add(FREEZER);
        side.alarm("warm", "d1", Subject.VALUE);

        Side read = new Side(WARM, SILENT).read(side.written());

        assertThat(read.tracks.alarms()).isEmpty();
    }

    /** The list may have moved a device out of a rule between two saves; its engine ends the alarm at the next edit. */
    @Test
    void anAlarmOfARuleThatDoesNotApplyToItsDeviceIsDroppedWithItsLateValues() throws IOException {
        Side side = warmFreezer(WARM);
        side.late.add(
                side.alarm("warm", "d1", Subject.VALUE),
                new Reading(Quantity.TEMPERATURE, TEN - 60 * MINUTE, 9, null),
                TEN);
        AlarmRule elsewhere = rule("warm", Quantity.TEMPERATURE)
                .raise(above(8), 30)
                .devices(new DeviceSelector(Set.of("d2"), Set.of(), Set.of(), Map.of()))
                .build();

        Side read = new Side(elsewhere).read(side.written());

        assertThat(read.tracks.alarms()).isEmpty();
        assertThat(read.late.heapBytes()).isZero();
        assertThat(read.timers.takeDue(Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void saysWhichRuleIsMissing() throws IOException {
        byte[] written = warmFreezer(WARM).written();

        assertThatThrownBy(() -> new Side(SILENT).read(written))
                .isInstanceOf(IOException.class)
                .hasMessage("it was written under other rules: there is no warm");
    }

    @Test
    void saysThatItIsCutShortWhereverItIsCut() throws IOException {
        byte[] written = warmFreezer(WARM, SILENT).written();

        for (int length = 0; length < written.length; length++) {
            byte[] cut = Arrays.copyOf(written, length);
            assertThatThrownBy(() -> new Side(WARM, SILENT).read(cut))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(EOFException.class);
        }
    }

    /** A later version may know more kinds of alarms, and more states of them. */
    @Test
    void refusesWhatThisVersionDoesNotKnow() throws IOException {
        byte[] written = warmFreezer(WARM).written();
        int name = find("warm", written);
        for (int place : new int[] {name + 4, name + 5}) {
            for (byte unknown : new byte[] {99, -1}) {
                byte[] later = written.clone();
                later[place] = unknown;
                assertThatThrownBy(() -> new Side(WARM).read(later))
                        .as("%d at %d", unknown, place)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("another version");
            }
        }
    }

    @Test
    void anyByteThatIsSpoiltIsReadOrReportedAsTheContentsFault() throws IOException {
        AlarmRule often =
                rule("often", Quantity.TEMPERATURE).excursion(above(8), 30, 240).build();
        Side side = warmFreezer(WARM, often, SILENT);
        Alarm excursion = side.alarm("often", "d1", Subject.VALUE);
        excursion.holds(TEN, 9, null, TEN);
        SampleWindow window = new SampleWindow(TEN, 240 * MINUTE, false);
        window.add(TEN, true);
        window.add(TEN + MINUTE, false);
        excursion.window = window;
        byte[] written = side.written();
        for (int place = 0; place < written.length; place++) {
            for (byte value : new byte[] {0, 1, 2, 77, (byte) 0x80, -1}) {
                byte[] spoilt = written.clone();
                spoilt[place] = value;
                Throwable thrown = catchThrowable(() -> new Side(WARM, often, SILENT)
                        .format.read(new DataInputStream(new ByteArrayInputStream(spoilt))));
                if (thrown != null) {
                    assertThat(thrown).as("%d at %d", value, place).isInstanceOf(IOException.class);
                }
            }
        }
    }

    private static int find(String text, byte[] in) {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        for (int place = 0; place + wanted.length <= in.length; place++) {
            if (ByteBuffer.wrap(in, place, wanted.length).equals(ByteBuffer.wrap(wanted))) {
                return place;
            }
        }
        throw new IllegalArgumentException("there is no " + text);
    }
}
