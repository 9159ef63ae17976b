package io.github.dtstream.alarm;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.event.Event;
import io.github.dtstream.journal.Journal;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads the changes in an alarm journal. Thread-safe. */
public final class AlarmHistory {
    /**
     * How far the cloud's clock, which stamps events, may be ahead of this machine's clock, which stamps their receipt.
     */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofHours(1);

    private AlarmHistory() {}

    /** Gets the changes of an alarm journal. */
    @FunctionalInterface
    public interface Visitor {
        /** @return whether to continue */
        boolean visit(Event event, AlarmChange change);
    }

    /**
     * Passes the changes to a visitor, oldest first; entries of another version are skipped.
     *
     * @param from no later change is left out, and some earlier ones may be included, as events have the cloud's time
     * @param wanted called before an event is parsed
     */
    public static void read(Journal journal, Instant from, Predicate<Event> wanted, Visitor visitor)
            throws IOException {
        Instant received = from.equals(Instant.EPOCH) ? from : from.minus(CLOCK_DIFFERENCE);
        journal.scan(received, record -> {
            try {
                if (!wanted.test(record.event())) {
                    return true;
                }
                Optional<AlarmChange> change = AlarmChangeEvents.change(record.event());
                return change.isEmpty() || visitor.visit(record.event(), change.get());
            } catch (IOException e) {
                // An entry of another version.
                return true;
            }
        });
    }
}
