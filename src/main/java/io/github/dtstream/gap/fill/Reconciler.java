package io.github.dtstream.gap.fill;

import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the last hours' temperature and humidity history repeatedly: sensors that were offline send late, with old
 * timestamps, and events that they sent during a gap are outside of the gap's own window. Gaps come first: a round
 * stops for them and continues afterwards. Used by one thread.
 */
final class Reconciler {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final List<String> BUFFERED_TYPES = List.of("temperature", "humidity");

    private final HistoryReading reading;
    private final Duration window;

    private Deadline due;
    private @Nullable Round round;

    Reconciler(HistoryReading reading) {
        this.reading = reading;
        this.window = reading.settings().reconcileWindow();
        this.due = Deadline.after(Duration.ZERO, reading.ticker());
    }

    /** The state of a round. */
    private static final class Round {
        private final long startedNanos;
        private final Sweep.Request request;
        private int done;
        /** How often it was given up since the last device was done. */
        private int stalls;

        private long found;
        private long added;

        Round(long startedNanos, Sweep.Request request) {
            this.startedNanos = startedNanos;
            this.request = request;
        }
    }

    /** When the next work is due; empty if reconciliation is off, or the stream has neither event type. */
    Optional<Deadline> due() {
        return window.isZero() || types().isEmpty() ? Optional.empty() : Optional.of(due);
    }

    /** Continues the round, or begins one, until it is done or more urgent work comes. */
    void run(BooleanSupplier interrupted) throws CloudException, IOException, InterruptedException {
        Round current = round;
        if (current == null) {
            Instant now = reading.clock().instant();
            Window hours = new Window(now.minus(window), now);
            long startedNanos = reading.ticker().nanos();
            current =
                    new Round(startedNanos, new Sweep.Request(reading.devices().current(), hours, types()));
            round = current;
        }
        Round at = current;
        int stalls = at.stalls;
        at.stalls++;
        reading.sweep().run(at.request, at.done, stalls, (outcome, early) -> {
            at.done++;
            at.stalls = 0;
            at.found += outcome.found();
            at.added += outcome.added();
            if (!outcome.isRead()) {
                LOG.info("Reconciliation skips device {}", outcome.sentence());
            }
            return !interrupted.getAsBoolean();
        });
        if (at.done == at.request.devices().size()) {
            finish(at);
        }
    }

    /** Sets the time of the next work, after a failure or a round. */
    void postpone(Duration delay) {
        due = Deadline.after(delay, reading.ticker());
    }

    private void finish(Round done) {
        round = null;
        due = new Deadline(
                reading.ticker(), done.startedNanos + window.dividedBy(2).toNanos());
        LOG.info(
                "Reconciliation read {} devices: {} events in history, {} of them new",
                done.done,
                done.found,
                done.added);
    }

    private List<String> types() {
        List<String> asked = reading.eventTypes().get();
        return asked.isEmpty()
                ? BUFFERED_TYPES
                : BUFFERED_TYPES.stream().filter(asked::contains).toList();
    }
}
