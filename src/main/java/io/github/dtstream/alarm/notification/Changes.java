package io.github.dtstream.alarm.notification;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.journal.record.JournalRecord;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Numbers the changes of one record or input, and passes them on. Not thread-safe. */
public final class Changes {
    private Consumer<AlarmChange> consumer = change -> {};
    private @Nullable JournalRecord record;
    private String cause = "";
    private int count;

    /**
     * Begins the changes of an input.
     *
     * @param cause the unique cause of the following changes
     */
    public void begin(String cause, Consumer<AlarmChange> consumer) {
        this.cause = cause;
        this.record = null;
        this.consumer = consumer;
        this.count = 0;
    }

    /** Begins the changes of a record. */
    public void begin(JournalRecord record, Consumer<AlarmChange> consumer) {
        begin("", consumer);
        this.record = record;
    }

    /** The identifier of the next change; each call returns another. */
    public String nextId() {
        JournalRecord of = record;
        if (of != null) {
            cause = cause(of);
            record = null;
        }
        return cause + "-" + count++;
    }

    /** The cause includes the event's identifier, as record numbers begin again if a journal was deleted. */
    private static String cause(JournalRecord record) {
        int event = record.event().eventId().hashCode() * 31
                + Long.hashCode(record.received().toEpochMilli());
        return "r" + Long.toString(record.sequence(), Character.MAX_RADIX) + "-" + Integer.toHexString(event);
    }

    /** Passes on a change. */
    public void add(AlarmChange change) {
        consumer.accept(change);
    }
}
