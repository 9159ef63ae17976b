package io.github.dtstream.alarm.notification;

import io.github.dtstream.alarm.change.AlarmChange.Member;
import io.github.dtstream.alarm.change.AlarmChange.Notification;
import io.github.dtstream.alarm.change.AlarmChange.Occasion;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.EnumFormat;
import io.github.dtstream.alarm.rule.Severity;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Makes notifications. Members of the same topic wait for each other and share one; a flood of notifications is
 * reported as one. Times are in milliseconds since 1970, by the stream's clock. Not thread-safe.
 */
public final class Notifier {
    /** The largest number of members in a notification. */
    public static final int MOST_MEMBERS = 100;

    private static final Occasion[] OCCASIONS = Occasion.values();
    private static final Severity[] SEVERITIES = Severity.values();

    private final Changes changes;
    private final Floods floods;
    /** Groups that wait for more alarms. */
    private final TreeMap<Topic, Group> groups = new TreeMap<>();
    /** A time not after the first group is due. */
    private long groupDue = Long.MAX_VALUE;

    /** @param changes gets the notifications */
    public Notifier(Changes changes) {
        this.changes = changes;
        this.floods = new Floods(changes);
    }

    /** Members that are reported together at a time. */
    private static final class Group {
        private final long due;
        private final Severity severity;
        private final Map<AlarmKey, Told> members = new LinkedHashMap<>();

        Group(long due, Severity severity) {
            this.due = due;
            this.severity = severity;
        }
    }

    /**
     * Adds a notification.
     *
     * @param due when it is sent, together with others of its topic; now or earlier for at once and alone
     * @param text a sentence about the member
     */
    public void tell(Topic topic, Severity severity, Member member, String text, long due, long now) {
        if (due <= now) {
            emit(topic, severity, List.of(new Told(member, text)), now);
        } else {
            groupDue = Math.min(groupDue, due);
            groups.computeIfAbsent(topic, each -> new Group(due, severity))
                    .members
                    .put(member.key(), new Told(member, text));
        }
    }

    /** Sends one notification about alarms of late values. It is already a summary, so it is not counted as a flood. */
    public void digest(Topic topic, Severity severity, List<Member> members, Instant time, String text) {
        add(topic, severity, members, time, text);
    }

    private void add(Topic topic, Severity severity, List<Member> members, Instant time, String text) {
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
                members.subList(0, Math.min(MOST_MEMBERS, members.size())),
                text));
    }

    /**
     * An alarm has ended, and a group may still wait to report it.
     *
     * @return whether it did, so that nobody need be notified of its end
     */
    public boolean withdraw(Topic topic, AlarmKey key) {
        Group group = groups.get(topic);
        if (group == null || group.members.remove(key) == null) {
            return false;
        }
        if (group.members.isEmpty()) {
            groups.remove(topic);
        }
        return true;
    }

    /** Drops the waiting notifications of a rule. */
    public void forget(String rule) {
        groups.keySet().removeIf(topic -> topic.rule().equals(rule));
        floods.forget(rule);
    }

    /** A time not after the next notification; {@link Long#MAX_VALUE} for none. */
    public long nextDue() {
        return Math.min(groupDue, floods.nextDue());
    }

    private long earliest() {
        long next = Long.MAX_VALUE;
        for (Group group : groups.values()) {
            next = Math.min(next, group.due);
        }
        return next;
    }

    /** Sends the notifications that are due. */
    public void tick(long now) {
        Iterator<Map.Entry<Topic, Group>> waiting = groups.entrySet().iterator();
        while (waiting.hasNext()) {
            Map.Entry<Topic, Group> entry = waiting.next();
            Group group = entry.getValue();
            if (group.due <= now) {
                waiting.remove();
                emit(entry.getKey(), group.severity, List.copyOf(group.members.values()), now);
            }
        }
        groupDue = earliest();
        floods.tick(now);
    }

    private void emit(Topic topic, Severity severity, List<Told> told, long now) {
        if (!floods.holds(topic, severity, told, now)) {
            List<Member> members = told.stream().map(Told::member).toList();
            add(topic, severity, members, Instant.ofEpochMilli(now), text(topic, told));
        }
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

    /** A line for each, after a head; beyond {@value #MOST_MEMBERS}, the number of the others. */
    public static <T> String list(String head, List<T> all, Function<T, String> line) {
        StringBuilder text = new StringBuilder(head);
        all.stream().limit(MOST_MEMBERS).forEach(each -> text.append("\n- ").append(line.apply(each)));
        if (all.size() > MOST_MEMBERS) {
            text.append("\n- and ").append(all.size() - MOST_MEMBERS).append(" more");
        }
        return text.toString();
    }

    /** Writes what waits, for {@link #read}. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(groups.size());
        for (Map.Entry<Topic, Group> entry : groups.entrySet()) {
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
                MemberFormat.write(told.member(), out);
                out.writeUTF(told.text());
            }
        }
        floods.write(out);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException if it cannot be read; this object must not be used then
     */
    public void read(DataInput in) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            Topic topic =
                    new Topic(in.readUTF(), in.readUTF(), EnumFormat.read(in, OCCASIONS), in.readInt(), in.readUTF());
            Group group = new Group(in.readLong(), EnumFormat.read(in, SEVERITIES));
            for (int members = in.readInt(); members > 0; members--) {
                Member member = MemberFormat.read(in);
                group.members.put(member.key(), new Told(member, in.readUTF()));
            }
            groups.put(topic, group);
        }
        groupDue = earliest();
        floods.read(in);
    }
}
