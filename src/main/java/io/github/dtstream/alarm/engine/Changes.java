package io.github.dtstream.alarm.engine;

import java.util.function.Consumer;

/** Numbers the changes that one record or input makes, and passes them on. */
final class Changes {
    private Consumer<AlarmChange> consumer = change -> {};
    private String cause = "";
    private int count;

    /** @param cause of what follows, unlike any other */
    void begin(String cause, Consumer<AlarmChange> consumer) {
        this.cause = cause;
        this.consumer = consumer;
        this.count = 0;
    }

    String nextId() {
        return cause + "-" + count++;
    }

    void add(AlarmChange change) {
        consumer.accept(change);
    }
}
