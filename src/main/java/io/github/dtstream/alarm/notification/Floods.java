package io.github.dtstream.alarm.notification;

import io.github.dtstream.alarm.change.AlarmChange.Member;
import io.github.dtstream.alarm.change.AlarmChange.Notification;
import io.github.dtstream.alarm.change.AlarmChange.Occasion;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.EnumFormat;
import io.github.dtstream.alarm.rule.Severity;
import io.github.dtstream.text.ReadableDuration;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts the notifications of each rule and recipient. In a flood it holds them back, and reports them together at
 * intervals. Times are in milliseconds since 1970, by the stream's clock.
 */
final class Floods {
    /** ISA-18.2 calls more than ten alarms in ten minutes a flood. */
    private static final int COUNT = 10;

    private static final long SPAN = Duration.ofMinutes(10).toMillis();
    /** How long the first report of a flood waits for the rest. */
    private static final long PAUSE = Duration.ofSeconds(30).toMillis();

    /** No time. */
    private static final long NEVER = 0;

    private static final Severity[] SEVERITIES = Severity.values();

    private final Changes changes;
    private final TreeMap<Audience, Flood> floods = new TreeMap<>();
    private long nextDue = Long.MAX_VALUE;

    Floods(Changes changes) {
        this.changes = changes;
    }

    /** A rule and a recipient; each has its own floods. */
    private record Audience(String rule, String to) implements Comparable<Audience> {
        private static final Comparator<Audience> ORDER =
                Comparator.comparing(Audience::rule).thenComparing(Audience::to);

        @Override
        public int compareTo(Audience other) {
            return ORDER.compare(this, other);
        }
    }

    /** The recent notifications of an audience. */
    private static final class Flood {
        /** When the newest notifications were sent. */
        private final Deque<Long> sent = new ArrayDeque<>();
        /** How many members are held back, by the label of the occasion. */
        private final TreeMap<String, Integer> held = new TreeMap<>();

        private final Map<AlarmKey, Member> members = new LinkedHashMap<>();
        private Severity severity = Severity.INFO;
        /** When the next report is due; {@link #NEVER} outside a flood. */
        private long due = NEVER;

        private long begun;

        int count() {
            return held.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /**
     * Counts a notification that is about to be sent.
     *
     * @return whether it belongs to a flood and is held back; otherwise the caller sends it
     */
    boolean holds(Topic topic, Severity severity, List<Told> told, long now) {
        Flood flood = floods.computeIfAbsent(new Audience(topic.rule(), topic.to()), each -> new Flood());
        while (!flood.sent.isEmpty() && flood.sent.peekFirst() <= now - SPAN) {
            flood.sent.removeFirst();
        }
        if (flood.due != NEVER || flood.sent.size() >= COUNT) {
            hold(flood, topic, severity, told, now);
            return true;
        }
        flood.sent.addLast(now);
        return false;
    }

    private void hold(Flood flood, Topic topic, Severity severity, List<Told> told, long now) {
        if (flood.due == NEVER) {
            flood.due = now + PAUSE;
            nextDue = Math.min(nextDue, flood.due);
            flood.begun = now;
        }
        flood.severity = severity.compareTo(flood.severity) > 0 ? severity : flood.severity;
        flood.held.merge(topic.occasion().label(), told.size(), Integer::sum);
        for (Told each : told) {
            if (flood.members.size() < Notifier.MOST_MEMBERS) {
                flood.members.put(each.member().key(), each.member());
            }
        }
    }

    /** Drops what is held back of a rule. */
    void forget(String rule) {
        floods.keySet().removeIf(audience -> audience.rule().equals(rule));
    }

    /** A time not after the next report; {@link Long#MAX_VALUE} for none. */
    long nextDue() {
        return nextDue;
    }

    /** Sends the reports that are due. */
    void tick(long now) {
        floods.forEach((audience, flood) -> {
            if (flood.due != NEVER && flood.due <= now) {
                report(audience, flood, now);
            }
        });
        nextDue = earliest();
    }

    private long earliest() {
        long next = Long.MAX_VALUE;
        for (Flood flood : floods.values()) {
            next = Math.min(next, flood.due == NEVER ? Long.MAX_VALUE : flood.due);
        }
        return next;
    }

    private void report(Audience audience, Flood flood, long now) {
        int count = flood.count();
        if (count == 0) {
            flood.due = NEVER;
            return;
        }
        StringBuilder what = new StringBuilder();
        flood.held.forEach((occasion, number) -> what.append(what.isEmpty() ? "" : ", ")
                .append(number)
                .append(' ')
                .append(occasion));
        changes.add(new Notification(
                changes.nextId(),
                Instant.ofEpochMilli(now),
                audience.rule(),
                Occasion.FLOOD,
                flood.severity,
                0,
                audience.to(),
                "",
                count,
                List.copyOf(flood.members.values()),
                audience.rule() + ": " + count + " further changes in "
                        + ReadableDuration.of(Duration.ofMillis(now - flood.begun)) + " (" + what
                        + "); they are too many to report one by one"));
        flood.held.clear();
        flood.members.clear();
        flood.begun = now;
        flood.due = now + SPAN;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(floods.size());
        for (Map.Entry<Audience, Flood> entry : floods.entrySet()) {
            out.writeUTF(entry.getKey().rule());
            out.writeUTF(entry.getKey().to());
            write(entry.getValue(), out);
        }
    }

    private static void write(Flood flood, DataOutput out) throws IOException {
        out.writeLong(flood.due);
        out.writeLong(flood.begun);
        out.writeByte(flood.severity.ordinal());
        out.writeInt(flood.sent.size());
        for (long sent : flood.sent) {
            out.writeLong(sent);
        }
        out.writeInt(flood.held.size());
        for (Map.Entry<String, Integer> held : flood.held.entrySet()) {
            out.writeUTF(held.getKey());
            out.writeInt(held.getValue());
        }
        out.writeInt(flood.members.size());
        for (Member member : flood.members.values()) {
            MemberFormat.write(member, out);
        }
    }

    void read(DataInput in) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            Audience audience = new Audience(in.readUTF(), in.readUTF());
            floods.put(audience, flood(in));
        }
        nextDue = earliest();
    }

    private static Flood flood(DataInput in) throws IOException {
        Flood flood = new Flood();
        flood.due = in.readLong();
        flood.begun = in.readLong();
        flood.severity = EnumFormat.read(in, SEVERITIES);
        for (int sent = in.readInt(); sent > 0; sent--) {
            flood.sent.addLast(in.readLong());
        }
        for (int held = in.readInt(); held > 0; held--) {
            flood.held.put(in.readUTF(), in.readInt());
        }
        for (int members = in.readInt(); members > 0; members--) {
            Member member = MemberFormat.read(in);
            flood.members.put(member.key(), member);
        }
        return flood;
    }
}
