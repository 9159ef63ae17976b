package io.github.dtstream.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmChange.GapChange;
import io.github.dtstream.alarm.change.AlarmChange.Member;
import io.github.dtstream.alarm.change.AlarmChange.Notification;
import io.github.dtstream.alarm.change.AlarmChange.Person;
import io.github.dtstream.alarm.change.AlarmChange.Transition;
import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.rule.Severity;
import io.github.dtstream.event.Event;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class AlarmChangeEventsTest {
    private static final Instant TIME = Instant.parse("2026-05-29T10:00:00.250Z");
    private static final AlarmKey KEY = new AlarmKey("warm", "d1", AlarmKey.Subject.NO_DATA);
    private static final Person ANN = new Person("Ann \"A\" \\", "seen,\n will look", TIME.plusSeconds(60));

    private final AlarmChangeEvents events = new AlarmChangeEvents();

    private static Notification notification(int count) {
        Member member = new Member(KEY, "Freezer \"3\"", TIME, "9 °C");
        return new Notification(
                "n1",
                TIME,
                "warm",
                AlarmChange.Occasion.FLOOD,
                Severity.CRITICAL,
                2,
                "duty",
                "north",
                count,
                List.of(member),
                "Much.");
    }

    static Stream<AlarmChange> changes() {
        Transition transition = new Transition(
                "t1",
                TIME,
                AlarmChange.Kind.ACKNOWLEDGED,
                KEY,
                "Freezer \"3\"",
                AlarmState.ACKNOWLEDGED,
                Severity.WARNING,
                TIME.minusSeconds(5),
                "9",
                true,
                true,
                "It is warm.",
                Optional.of(ANN));
        return Stream.of(
                transition,
                new Transition(
                        "t2",
                        TIME,
                        AlarmChange.Kind.CLEARED,
                        KEY,
                        "d1",
                        AlarmState.NORMAL,
                        Severity.INFO,
                        TIME,
                        "",
                        false,
                        false,
                        "",
                        Optional.empty()),
                notification(1),
                notification(40),
                new GapChange("g1", TIME, 7, true));
    }

    static Stream<AlarmInput> inputs() {
        return Stream.of(
                new AlarmInput.Acknowledge("i1", KEY, ANN),
                new AlarmInput.Shelve("i2", KEY, ANN),
                new AlarmInput.Unshelve("i3", KEY, new Person("bob", "", null)),
                new AlarmInput.Comment("i4", KEY, ANN),
                new AlarmInput.GapChanged("i5", 12, TIME, false),
                new AlarmInput.DeviceLeft("i6", "d9", TIME),
                new AlarmInput.DeviceJoined("i9", "d9", TIME),
                new AlarmInput.StreamSilent("i7", TIME.minusSeconds(9), TIME, "no \"ping\" came"),
                new AlarmInput.TimePassed("i8", TIME));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void aChangeComesBackAsItWas(AlarmChange change) throws IOException {
        assertThat(AlarmChangeEvents.read(events.event("p1", change))).isEqualTo(new AlarmEntry.Changed(change));
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void anInputComesBackAsItWas(AlarmInput input) throws IOException {
        AlarmEntry.Told told = new AlarmEntry.Told(input, 1L << 40, TIME);

        assertThat(AlarmChangeEvents.read(events.event("p1", told))).isEqualTo(told);
    }

    @Test
    void anEditComesBackAsItWas() throws IOException {
        AlarmEntry.Edited edited = new AlarmEntry.Edited("x1", 3, TIME, "alarms:\n  - alarm: \"a\"\n");

        assertThat(AlarmChangeEvents.read(events.event("p1", edited))).isEqualTo(edited);
    }

    @Test
    void anEventIsOfTheDeviceIfItIsAboutOneOnly() {
        assertThat(events.event("p1", notification(1)).deviceId()).isEqualTo("d1");
        Event many = events.event("p1", notification(40));
        assertThat(many.deviceId()).isNull();
        assertThat(many.projectId()).isEqualTo("p1");
        assertThat(many.eventType()).isEqualTo("alarm");
        assertThat(many.eventId()).isEqualTo("n1");
        assertThat(many.timestamp()).isEqualTo("2026-05-29T10:00:00.250Z");
        assertThat(many.data()).startsWith("{\"kind\":\"notification\",\"rule\":\"warm\"");
    }

    @Test
    void anEventAboutTheStreamIsOfNoDeviceAndComesBackAsItWas() throws IOException {
        Transition raised = new Transition(
                "s1",
                TIME,
                AlarmChange.Kind.RAISED,
                new AlarmKey("blind", "", AlarmKey.Subject.VALUE),
                "the stream",
                AlarmState.UNACKNOWLEDGED,
                Severity.CRITICAL,
                TIME,
                "INTERRUPTED",
                false,
                false,
                "Nothing comes.",
                Optional.empty());

        Event event = events.event("p1", raised);

        assertThat(event.deviceId()).isNull();
        assertThat(AlarmChangeEvents.read(event)).isEqualTo(new AlarmEntry.Changed(raised));
    }

    @Test
    void whatIsNoEntryIsSaid() throws Exception {
        byte[] json =
                ("{\"eventId\":\"e\",\"targetName\":\"projects/p\",\"eventType\":\"alarm\",\"data\":{\"alarm\":{\"kind\":\"joke\"}},"
                                + "\"timestamp\":\"2026-05-29T10:00:00Z\"}")
                        .getBytes(StandardCharsets.UTF_8);
        Event event = new EnvelopeDecoder().decodeEvent(json, 0, json.length);

        assertThatThrownBy(() -> AlarmChangeEvents.read(event))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("joke");
    }
}
