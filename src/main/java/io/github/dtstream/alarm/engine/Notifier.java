package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.change.AlarmChange.Member;
import io.github.dtstream.alarm.change.AlarmChange.Notification;
import io.github.dtstream.alarm.change.AlarmChange.Occasion;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.rule.Severity;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Makes notifications: alarms that belong together share one, and a flood is one. Times are in milliseconds since 1970,
 * by the stream's clock.
 */
final class Notifier {
    /** The largest number of members in a notification. */
    static final int MOST_MEMBERS = 100;

    /** ISA-18.2 calls more than ten alarms in ten minutes a flood. */
    private static final int FLOOD_COUNT = 10;

    private static final long FLOOD_SPAN = Duration.ofMinutes(10).toMillis();
    /** How long the first report of a flood waits for the rest. */
    private static final long FLOOD_PAUSE = Duration.ofSeconds(30).toMillis();

    private static final Occasion[] OCCASIONS = Occasion.values();

    private final Changes changes;
    /** Groups that wait for more alarms. */
    private final TreeMap<Topic, Bucket> buckets = new TreeMap<>();

    private final TreeMap<Audience, Flood> floods = new TreeMap<>();

    private long nextDue = Long.MAX_VALUE;

    Notifier(Changes changes) {
        this.changes = changes;
    }

    /**
     * The topic of a notification.
     *
     * @param group what its devices have in common; empty without grouping
     */
    record Topic(String rule, String group, Occasion occasion, int step, String to) implements Comparable<Topic> {
        private static final Comparator<Topic> ORDER = Comparator.comparing(Topic::rule)
                .thenComparing(Topic::group)
                .thenComparing(Topic::occasion)
                .thenComparingInt(Topic::step)
                .thenComparing(Topic::to);

        @Override
        public int compareTo(Topic other) {
            return ORDER.compare(this, other);
        }

        Topic with(Occasion other) {
            return new Topic(rule, group, other, step, to);
        }
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

    /** Members that wait to be reported at a time. */
    private static final class Bucket {
        private final long due;
        private final Severity severity;
        private final Map<AlarmKey, Told> members = new LinkedHashMap<>();

        Bucket(long due, Severity severity) {
            this.due = due;
            this.severity = severity;
        }
    }

    /** A member, with its sentence. */
    private record Told(Member member, String text) {}

    /** The number of recent notifications of a rule. */
    private static final class Flood {
        private final Deque<Long> told = new ArrayDeque<>();
        private final TreeMap<String, Integer> held = new TreeMap<>();
        private final Map<AlarmKey, Member> members = new LinkedHashMap<>();
        private Severity severity = Severity.INFO;
        private long due = Alarm.NEVER;
        private long begun;

        int count() {
            return held.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /**
     * Adds a notification.
     *
     * @param due when it is sent, together with others of its topic; now or earlier for at once and alone
     * @param text a sentence about the member
     */
    void tell(Topic topic, Severity severity, Member member, String text, long due, long now) {
        if (due <= now) {
            emit(topic, severity, List.of(new Told(member, text)), now);
        } else {
            nextDue = Math.min(nextDue, due);
            buckets.computeIfAbsent(topic, each -> new Bucket(due, severity))
                    .members
                    .put(member.key(), new Told(member, text));
        }
    }

    /** Sends one notification about alarms of late values. It is already a summary, so it is not a flood. */
    void digest(Topic topic, Severity severity, List<Member> members, Instant time, String text) {
        List<Member> first = members.subList(0, Math.min(MOST_MEMBERS, members.size()));
        changes.add(new Notification(
                changes.nextId(),
                time,
                topic.rule(),
                topic.occasion(),
                severity,
                topic.step(),
                topic.to(),
                topic.group(),
                members.size(),
                first,
                text));
    }

    /**
     * An alarm has ended, and a group may still wait to report it.
     *
     * @return whether it did, so that nobody need be notified of its end
     */
    boolean withdraw(Topic topic, AlarmKey key) {
        Bucket bucket = buckets.get(topic);
        if (bucket == null || bucket.members.remove(key) == null) {
            return false;
        }
        if (bucket.members.isEmpty()) {
            buckets.remove(topic);
        }
        return true;
    }

    /** Drops the waiting notifications of a rule. */
    void forget(String rule) {
        buckets.keySet().removeIf(topic -> topic.rule().equals(rule));
        floods.keySet().removeIf(audience -> audience.rule().equals(rule));
    }

    /** A time not after the next notification; {@link Long#MAX_VALUE} for none. */
    long nextDue() {
        return nextDue;
    }

    private long earliest() {
        long next = Long.MAX_VALUE;
        for (Bucket bucket : buckets.values()) {
            next = Math.min(next, bucket.due);
        }
        for (Flood flood : floods.values()) {
            next = Math.min(next, flood.due == Alarm.NEVER ? Long.MAX_VALUE : flood.due);
        }
        return next;
    }

    /** Sends the notifications that are due. */
    void tick(long now) {
        Iterator<Map.Entry<Topic, Bucket>> waiting = buckets.entrySet().iterator();
        while (waiting.hasNext()) {
            Map.Entry<Topic, Bucket> entry = waiting.next();
            if (entry.getValue().due <= now) {
                waiting.remove();
                emit(
                        entry.getKey(),
                        entry.getValue().severity,
                        List.copyOf(entry.getValue().members.values()),
                        now);
            }
        }
        floods.forEach((audience, flood) -> {
            if (flood.due != Alarm.NEVER && flood.due <= now) {
                report(audience, flood, now);
            }
        });
        nextDue = earliest();
    }

    private void emit(Topic topic, Severity severity, List<Told> told, long now) {
        Flood flood = floods.computeIfAbsent(new Audience(topic.rule(), topic.to()), each -> new Flood());
        while (!flood.told.isEmpty() && flood.told.peekFirst() <= now - FLOOD_SPAN) {
            flood.told.removeFirst();
        }
        if (flood.due != Alarm.NEVER || flood.told.size() >= FLOOD_COUNT) {
            hold(flood, topic, severity, told, now);
            return;
        }
        flood.told.addLast(now);
        List<Member> members =
                told.stream().map(Told::member).limit(MOST_MEMBERS).toList();
        changes.add(new Notification(
                changes.nextId(),
                Instant.ofEpochMilli(now),
                topic.rule(),
                topic.occasion(),
                severity,
                topic.step(),
                topic.to(),
                topic.group(),
                told.size(),
                members,
                text(topic, told)));
    }

    private static String text(Topic topic, List<Told> told) {
        if (told.size() == 1) {
            return told.get(0).text();
        }
        String group = topic.group().isEmpty() ? "" : " of " + topic.group();
        return list(
                topic.rule() + " " + topic.occasion().label() + " for " + told.size() + " devices" + group + ":",
                told,
                Told::text);
    }

    /** A line for each, after a head; beyond a hundred, the number of the others. */
    static <T> String list(String head, List<T> all, Function<T, String> line) {
        StringBuilder text = new StringBuilder(head);
        all.stream().limit(MOST_MEMBERS).forEach(each -> text.append("\n- ").append(line.apply(each)));
        if (all.size() > MOST_MEMBERS) {
            text.append("\n- and ").append(all.size() - MOST_MEMBERS).append(" more");
        }
        return text.toString();
    }

    private void hold(Flood flood, Topic topic, Severity severity, List<Told> told, long now) {
        if (flood.due == Alarm.NEVER) {
            flood.due = now + FLOOD_PAUSE;
            nextDue = Math.min(nextDue, flood.due);
            flood.begun = now;
        }
        flood.severity = severity.compareTo(flood.severity) > 0 ? severity : flood.severity;
        flood.held.merge(topic.occasion().label(), told.size(), Integer::sum);
        for (Told each : told) {
            if (flood.members.size() < MOST_MEMBERS) {
                flood.members.put(each.member().key(), each.member());
            }
        }
    }

    private void report(Audience audience, Flood flood, long now) {
        int count = flood.count();
        if (count == 0) {
            flood.due = Alarm.NEVER;
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
                        + RuleInForce.readable(Duration.ofMillis(now - flood.begun)) + " (" + what
                        + "); they come too fast to be told one by one"));
        flood.held.clear();
        flood.members.clear();
        flood.begun = now;
        flood.due = now + FLOOD_SPAN;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(buckets.size());
        for (Map.Entry<Topic, Bucket> entry : buckets.entrySet()) {
            Topic topic = entry.getKey();
            out.writeUTF(topic.rule());
            out.writeUTF(topic.group());
            out.writeByte(topic.occasion().ordinal());
            out.writeInt(topic.step());
            out.writeUTF(topic.to());
            out.writeLong(entry.getValue().due);
            out.writeByte(entry.getValue().severity.ordinal());
            out.writeInt(entry.getValue().members.size());
            for (Told told : entry.getValue().members.values()) {
                write(told.member(), out);
                out.writeUTF(told.text());
            }
        }
        out.writeInt(floods.size());
        for (Map.Entry<Audience, Flood> entry : floods.entrySet()) {
            Flood flood = entry.getValue();
            out.writeUTF(entry.getKey().rule());
            out.writeUTF(entry.getKey().to());
            out.writeLong(flood.due);
            out.writeLong(flood.begun);
            out.writeByte(flood.severity.ordinal());
            out.writeInt(flood.told.size());
            for (long told : flood.told) {
                out.writeLong(told);
            }
            out.writeInt(flood.held.size());
            for (Map.Entry<String, Integer> held : flood.held.entrySet()) {
                out.writeUTF(held.getKey());
                out.writeInt(held.getValue());
            }
            out.writeInt(flood.members.size());
            for (Member member : flood.members.values()) {
                write(member, out);
            }
        }
    }

    void read(DataInput in) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            Topic topic = new Topic(in.readUTF(), in.readUTF(), OCCASIONS[in.readByte()], in.readInt(), in.readUTF());
            Bucket bucket = new Bucket(in.readLong(), Severity.values()[in.readByte()]);
            for (int members = in.readInt(); members > 0; members--) {
                Member member = member(in);
                bucket.members.put(member.key(), new Told(member, in.readUTF()));
            }
            buckets.put(topic, bucket);
        }
        for (int left = in.readInt(); left > 0; left--) {
            Flood flood = new Flood();
            floods.put(new Audience(in.readUTF(), in.readUTF()), flood);
            flood.due = in.readLong();
            flood.begun = in.readLong();
            flood.severity = Severity.values()[in.readByte()];
            for (int told = in.readInt(); told > 0; told--) {
                flood.told.addLast(in.readLong());
            }
            for (int held = in.readInt(); held > 0; held--) {
                flood.held.put(in.readUTF(), in.readInt());
            }
            for (int members = in.readInt(); members > 0; members--) {
                Member member = member(in);
                flood.members.put(member.key(), member);
            }
        }
        nextDue = earliest();
    }

    private static void write(Member member, DataOutput out) throws IOException {
        AlarmKey key = member.key();
        out.writeUTF(key.rule());
        out.writeUTF(key.deviceId());
        out.writeByte(key.subject().ordinal());
        out.writeUTF(member.deviceName());
        out.writeLong(member.since().toEpochMilli());
        out.writeUTF(member.value());
    }

    private static Member member(DataInput in) throws IOException {
        AlarmKey key = new AlarmKey(in.readUTF(), in.readUTF(), AlarmKey.Subject.values()[in.readByte()]);
        return new Member(key, in.readUTF(), Instant.ofEpochMilli(in.readLong()), in.readUTF());
    }
}
