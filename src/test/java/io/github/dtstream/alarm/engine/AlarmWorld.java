package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmChange.Notification;
import io.github.dtstream.alarm.change.AlarmChange.Transition;
import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.EditEffect;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.InvalidRecordException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A project's events, passed to an engine in order. Times are minutes of one day, as {@code 10:15} or {@code 10:15:30}.
 */
final class AlarmWorld {
    static final String DAY = "2026-05-29T";

    private final Map<String, Device> devices = new HashMap<>();
    private final EnvelopeDecoder decoder = new EnvelopeDecoder();
    private final List<AlarmChange> changes = new ArrayList<>();
    private final long lateBytes;
    private AlarmEngine engine;
    private long sequence;
    private Instant received = Instant.EPOCH;
    private int inputs;

    AlarmWorld(AlarmRule... rules) {
        this(Long.MAX_VALUE, rules);
    }

    /** @param lateBytes the memory for late values */
    AlarmWorld(long lateBytes, AlarmRule... rules) {
        this.lateBytes = lateBytes;
        engine = new AlarmEngine(List.of(rules), id -> Optional.ofNullable(devices.get(id)), lateBytes);
    }

    static Instant at(String time) {
        return Instant.parse(DAY + (time.length() == 5 ? time + ":00" : time) + "Z");
    }

    AlarmEngine engine() {
        return engine;
    }

    AlarmWorld device(String id, String type, Map<String, String> labels) {
        devices.put(id, new Device(id, type, "", labels));
        return this;
    }

    AlarmWorld temperature(String device, String time, double value) {
        return live(device, "temperature", time, "{\"value\":" + value + "}");
    }

    /** A value from history, received at the time of the newest record. */
    AlarmWorld historyTemperature(String device, String time, double value) {
        return history(device, "temperature", time, "{\"value\":" + value + "}");
    }

    AlarmWorld history(String device, String type, String time, String data) {
        return tell(device, type, at(time), data, Source.HISTORY, received);
    }

    AlarmWorld live(String device, String type, String time, String data) {
        received = at(time).isAfter(received) ? at(time) : received;
        return tell(device, type, at(time), data, Source.LIVE, received);
    }

    /** A pushed event, in a project without a stream. */
    AlarmWorld push(String device, String type, String time, String data) {
        received = at(time).isAfter(received) ? at(time) : received;
        return tell(device, type, at(time), data, Source.PUSH, received);
    }

    AlarmWorld ping(String time) {
        return live("", "ping", time, "null");
    }

    /** Pings every half minute. */
    AlarmWorld pings(String from, String to) {
        for (Instant time = at(from); !time.isAfter(at(to)); time = time.plusSeconds(30)) {
            received = time;
            tell("", "ping", time, "null", Source.LIVE, time);
        }
        return this;
    }

    private AlarmWorld tell(String device, String type, Instant time, String data, Source source, Instant when) {
        engine.on(record(++sequence, device, type, time, data, source, when), changes::add);
        return this;
    }

    JournalRecord record(
            long number, String device, String type, Instant time, String data, Source source, Instant when) {
        String target = device.isEmpty() ? "projects/p1" : "projects/p1/devices/" + device;
        String body = device.isEmpty() ? data : "{\"" + type + "\":" + data + "}";
        byte[] json = ("{\"eventId\":\"e" + number + "\",\"targetName\":\"" + target + "\",\"eventType\":\"" + type
                        + "\",\"data\":" + body + ",\"timestamp\":\"" + time + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        try {
            Event event = decoder.decodeEvent(json, 0, json.length);
            return new JournalRecord(number, when, source, event);
        } catch (InvalidRecordException e) {
            throw new IllegalArgumentException(e);
        }
    }

    AlarmWorld input(AlarmInput input) {
        engine.on(input, changes::add);
        return this;
    }

    String nextInput() {
        return "i" + ++inputs;
    }

    AlarmWorld gapOpened(long gap, String time) {
        return input(new AlarmInput.GapChanged(nextInput(), gap, at(time), false));
    }

    AlarmWorld gapFilled(long gap, String time) {
        return input(new AlarmInput.GapChanged(nextInput(), gap, at(time), true));
    }

    AlarmWorld acknowledge(String rule, String device) {
        AlarmKey key = new AlarmKey(rule, device, AlarmKey.Subject.VALUE);
        return input(new AlarmInput.Acknowledge(nextInput(), key, new AlarmChange.Person("ann", "seen", null)));
    }

    AlarmWorld shelve(String rule, String device, Duration duration) {
        AlarmKey key = new AlarmKey(rule, device, AlarmKey.Subject.VALUE);
        Instant until = received.plus(duration);
        return input(new AlarmInput.Shelve(nextInput(), key, new AlarmChange.Person("ann", "", until)));
    }

    EditEffect edit(AlarmRule... rules) {
        return engine.edit(List.of(rules), nextInput(), changes::add);
    }

    /** Ends the process, and continues in another with the written state. */
    AlarmWorld restart() {
        return restart(written(), AlarmEngine::read);
    }

    /** Continues in another process with the state that the first version wrote. */
    AlarmWorld upgrade(byte[] written) {
        return upgrade(written, 1);
    }

    /** The same with what an earlier version wrote. */
    AlarmWorld upgrade(byte[] written, int version) {
        return restart(written, (next, in) -> next.readEarlier(in, version));
    }

    /** Reads the state that an engine wrote. */
    private interface Reading {
        void read(AlarmEngine engine, DataInput in) throws IOException;
    }

    private AlarmWorld restart(byte[] written, Reading reading) {
        try {
            AlarmEngine next = new AlarmEngine(engine.rules(), id -> Optional.ofNullable(devices.get(id)), lateBytes);
            reading.read(next, new DataInputStream(new ByteArrayInputStream(written)));
            engine = next;
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] written() {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            engine.write(new DataOutputStream(bytes));
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<AlarmChange> changes() {
        return changes;
    }

    /**
     * The events since the last call: {@code raised d1 10:30} for changes, {@code tell raised d1,d2} for notifications.
     */
    List<String> news() {
        List<String> news = new ArrayList<>();
        for (AlarmChange change : changes) {
            if (change instanceof Transition transition) {
                news.add(
                        (transition.isLate() ? "late " : "") + transition.kind().label() + " "
                                + (transition.key().subject() == AlarmKey.Subject.NO_DATA ? "silence of " : "")
                                + transition.key().deviceId() + " " + time(transition.time()));
            } else if (change instanceof Notification notification) {
                news.add("tell " + (notification.to().isEmpty() ? "" : notification.to() + " ")
                        + notification.occasion().label() + " "
                        + String.join(
                                ",",
                                notification.members().stream()
                                        .map(member -> member.key().deviceId())
                                        .toList()));
            }
        }
        changes.clear();
        return news;
    }

    private static String time(Instant time) {
        String text = time.toString().substring(DAY.length(), DAY.length() + 8);
        return text.endsWith(":00") ? text.substring(0, 5) : text;
    }
}
