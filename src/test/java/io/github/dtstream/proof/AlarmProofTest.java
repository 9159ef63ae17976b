package io.github.dtstream.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.AlarmChangeEvents;
import io.github.dtstream.alarm.change.AlarmChange.Person;
import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.engine.AlarmEngine;
import io.github.dtstream.alarm.file.RuleText;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.InvalidRecordException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proof can fail: each possible error of an alarm journal is found, and reported with its place. */
final class AlarmProofTest {
    private static final Instant START = Instant.parse("2026-05-29T10:00:00Z");
    private static final String RULES =
            "alarms: [{alarm: warm, value: temperature, raise: {above: 20}, acknowledge: {lasts: 4h}}]";

    private final EnvelopeDecoder decoder = new EnvelopeDecoder();
    private final List<JournalRecord> events = new ArrayList<>();
    /** The entries as a router writes them that was never stopped. */
    private final List<Event> entries = new ArrayList<>();

    @BeforeEach
    void raiseAcknowledgeAndClear() throws Exception {
        AlarmChangeEvents format = new AlarmChangeEvents();
        Device device = new Device("d1", "temperature", "", Map.of("name", "Freezer 1"));
        AlarmEngine engine = new AlarmEngine(RuleText.read(RULES), id -> Optional.of(device));
        for (double value : new double[] {10, 21, 22}) {
            engine.on(temperature(value), change -> entries.add(format.event("p1", change)));
        }
        entries.add(input(
                "i1",
                3,
                "\"input\":\"acknowledge\",\"rule\":\"warm\",\"deviceId\":\"d1\",\"subject\":\"value\","
                        + "\"person\":{\"name\":\"ann\",\"comment\":\"seen\"}"));
        engine.on(
                new AlarmInput.Acknowledge(
                        "i1", new AlarmKey("warm", "d1", AlarmKey.Subject.VALUE), new Person("ann", "seen", null)),
                change -> entries.add(format.event("p1", change)));
        gap(engine, format, "i2", false);
        gap(engine, format, "i3", true);
        engine.on(temperature(15), change -> entries.add(format.event("p1", change)));
        assertThat(entries)
                .extracting(Event::eventId)
                .extracting(id -> id.substring(0, 2))
                .containsExactly("r2", "r2", "i1", "i1", "i2", "i2", "i3", "i3", "r4", "r4");
    }

    private void gap(AlarmEngine engine, AlarmChangeEvents format, String id, boolean isFilled) {
        entries.add(gapInput(id, isFilled));
        engine.on(new AlarmInput.GapChanged(id, 7, START, isFilled), change -> entries.add(format.event("p1", change)));
    }

    private Event gapInput(String id, boolean isFilled) {
        return input(id, 3, "\"input\":\"gap\",\"gap\":7,\"isFilled\":" + isFilled + ",\"time\":\"" + START + "\"");
    }

    private JournalRecord temperature(double value) {
        int number = events.size() + 1;
        Instant at = START.plusSeconds(60L * number);
        JournalRecord record = new JournalRecord(
                number,
                at,
                Source.LIVE,
                event("{\"eventId\":\"e" + number
                        + "\",\"targetName\":\"projects/p1/devices/d1\",\"eventType\":\"temperature\","
                        + "\"data\":{\"temperature\":{\"value\":" + value + "}},\"timestamp\":\"" + at + "\"}"));
        events.add(record);
        return record;
    }

    private Event input(String id, long after, String what) {
        return event("{\"eventId\":\"" + id
                + "\",\"targetName\":\"projects/p1\",\"eventType\":\"alarm\",\"data\":{\"alarm\":"
                + "{\"kind\":\"input\",\"after\":" + after + "," + what + "}},\"timestamp\":\"" + START + "\"}");
    }

    private Event event(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        try {
            return decoder.decodeEvent(bytes, 0, bytes.length);
        } catch (InvalidRecordException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private void replace(int entry, String part, String by) {
        String before = entries.get(entry - 1).toString();
        String after = before.replace(part, by);
        assertThat(after).isNotEqualTo(before);
        entries.set(entry - 1, event(after));
    }

    private AlarmProof.Outcome compare() throws IOException {
        return compare(Long.MAX_VALUE);
    }

    private AlarmProof.Outcome compare(long due) throws IOException {
        List<JournalRecord> written = new ArrayList<>();
        for (Event entry : entries) {
            written.add(new JournalRecord(written.size() + 1, START, Source.LIVE, entry));
        }
        return new AlarmProof("p1", RULES, scan(events), scan(written)).compare(due);
    }

    private static AlarmProof.Scan scan(List<JournalRecord> records) {
        return (Predicate<JournalRecord> consumer) -> records.forEach(consumer::test);
    }

    @Test
    void isContentWithWhatTheEngineSaysWhateverDevicesAreCalled() throws Exception {
        AlarmProof.Outcome outcome = compare();

        assertThat(outcome.differences()).isEmpty();
        assertThat(outcome.changes()).isEqualTo(7);
        assertThat(outcome.isGood()).isTrue();
    }

    @Test
    void isNoProofWithoutAnyChange() throws Exception {
        entries.clear();
        events.clear();

        assertThat(compare().isGood()).isFalse();
    }

    @Test
    void seesAValueThatIsAnother() throws Exception {
        replace(1, "\"value\":\"21 °C\"", "\"value\":\"21.5 °C\"");

        assertFails("altered: entry 1 says ", "21.5 °C", "where the engine says", "21 °C");
    }

    @Test
    void seesASentenceThatIsAnother() throws Exception {
        replace(2, "Freezer 1: temperature", "Freezer 1: humidity");

        assertFails("altered: entry 2 says ", "d1: humidity");
    }

    @Test
    void seesEntriesInAnotherOrder() throws Exception {
        Collections.swap(entries, 0, 1);

        assertFails("out of order: entry 1 is r2-", "which is entry 2");
    }

    @Test
    void seesAnInputBehindTheChangesThatItMade() throws Exception {
        Collections.swap(entries, 2, 3);

        assertFails("out of order: entry 3 is i1-0 where i1 is to be, which is entry 4");
    }

    @Test
    void seesAChangeThatStandsThereTwice() throws Exception {
        entries.add(entries.get(0));

        assertFails("twice: r2-", "is entry 1 and entry 11: {");
    }

    @Test
    void seesAnInputThatStandsThereTwice() throws Exception {
        entries.add(5, entries.get(2));

        assertFails("twice: i1 is entry 3 and entry 6: ", "\"comment\":\"seen\"");
    }

    @Test
    void seesAnEditThatStandsThereTwice() throws Exception {
        Event edit =
                event("{\"eventId\":\"x1\",\"targetName\":\"projects/p1\",\"eventType\":\"alarm\",\"data\":{\"alarm\":"
                        + "{\"kind\":\"edit\",\"after\":4,\"rules\":\"" + RULES + "\"}},\"timestamp\":\"" + START
                        + "\"}");
        entries.add(edit);
        assertThat(compare().differences()).isEmpty();
        entries.add(edit);

        assertFails("twice: x1 is entry 11 and entry 12: ");
    }

    @Test
    void seesAGapThatIsToldTwiceUnderAnotherIdentifier() throws Exception {
        entries.add(6, gapInput("i9", false));

        assertFails("twice: entry 7 tells of gap 7 what was told before: ");
    }

    @Test
    void seesAChangeThatIsMissing() throws Exception {
        Event gone = entries.remove(9);

        assertFails("missing: " + gone.eventId() + ": {", "\"occasion\":\"cleared\"");
    }

    @Test
    void missesNothingThatIsNotDueYet() throws Exception {
        Event gone = entries.remove(9);
        long cause = events.get(events.size() - 1).sequence();

        assertThat(compare(cause - 1).differences()).isEmpty();
        assertThat(compare(cause).differences()).singleElement().asString().startsWith("missing: " + gone.eventId());
    }

    @Test
    void seesAnInputThatIsMissingByWhatItChanged() throws Exception {
        entries.remove(2);

        assertThat(compare().differences())
                .anyMatch(difference -> difference.startsWith("unexpected: entry 3: ") && difference.contains("i1-0"));
    }

    @Test
    void seesAChangeThatNothingMade() throws Exception {
        entries.add(event(entries.get(0).toString().replace(entries.get(0).eventId(), "r9-1-0")));

        assertFails("unexpected: entry 11: ", "r9-1-0");
    }

    @Test
    void seesAnInputThatCannotHaveBeenTaken() throws Exception {
        entries.add(input(
                "i8",
                4,
                "\"input\":\"unshelve\",\"rule\":\"warm\",\"deviceId\":\"d1\",\"subject\":\"value\","
                        + "\"person\":{\"name\":\"ann\",\"comment\":\"\"}"));

        assertFails("refused: entry 11 (the alarm is not shelved)");
    }

    private void assertFails(String... parts) throws IOException {
        AlarmProof.Outcome outcome = compare();
        assertThat(outcome.isGood()).isFalse();
        assertThat(outcome.differences()).singleElement().asString().contains(parts);
        assertThat(outcome.toString())
                .contains(" 1 differences\n" + outcome.differences().get(0));
    }
}
