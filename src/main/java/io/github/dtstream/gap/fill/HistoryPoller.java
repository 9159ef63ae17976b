package io.github.dtstream.gap.fill;

import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.time.Backoff;
import io.github.dtstream.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads history in rounds while no connection receives for minutes: if a proxy buffers or blocks answers that have no
 * end, events that are minutes late are better than none. The gap does not change, and is filled as a whole when the
 * stream works again, with what the rounds missed. Gaps that can be filled come first. Used by one thread, except for
 * {@link #state}.
 */
final class HistoryPoller {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryPoller.class);

    private final HistoryReading reading;
    private final Backoff backoff;

    private @Nullable Gap open;
    private @Nullable Deadline due;
    private @Nullable Round round;
    private @Nullable Instant lastRound;
    private int failures;
    private volatile Optional<Polling> state = Optional.empty();

    /** @param reading its API makes single requests; a request that fails is made again in the next round */
    HistoryPoller(HistoryReading reading) {
        this.reading = reading;
        Duration every = reading.settings().pollEvery();
        this.backoff = Backoff.doubling(every.multipliedBy(2), every.multipliedBy(8));
    }

    /** The state of a round. */
    private static final class Round {
        private final Instant started;
        private final long startedNanos;
        private final Sweep.Request request;
        private int done;
        private int failed;
        private long added;

        Round(Instant started, long startedNanos, Sweep.Request request) {
            this.started = started;
            this.startedNanos = startedNanos;
            this.request = request;
        }
    }

    /** Looks whether the stream is interrupted; returns when the next work is due, or empty if the stream works. */
    Optional<Deadline> due() {
        Optional<Gap> now = reading.ledger().snapshot().stream()
                .filter(gap -> gap.to() == null && !gap.isSettled())
                .findFirst();
        if (now.isEmpty()) {
            stop();
            return Optional.empty();
        }
        if (open == null) {
            due = Deadline.after(reading.settings().blockedAfter(), reading.ticker());
        }
        open = now.get();
        return Optional.ofNullable(due);
    }

    /** Continues the round, or begins one, until it is done or more urgent work comes. */
    void run(BooleanSupplier interrupted) throws CloudException, IOException, InterruptedException {
        Gap gap = open;
        if (gap == null) {
            return;
        }
        Round current = round;
        if (current == null) {
            Instant now = reading.clock().instant();
            Window window =
                    new Window(begin(gap, now), now.plus(reading.settings().historyBound()));
            current = new Round(
                    now,
                    reading.ticker().nanos(),
                    new Sweep.Request(
                            reading.devices().current(),
                            window,
                            reading.eventTypes().get()));
            round = current;
        }
        Round at = current;
        reading.sweep().run(at.request, at.done, failures, (outcome, early) -> {
            at.done++;
            at.added += outcome.added();
            if (!outcome.isRead()) {
                at.failed++;
                LOG.debug("Polling skips device {}", outcome.sentence());
            }
            return !interrupted.getAsBoolean();
        });
        reading.log().flush();
        if (at.done == at.request.devices().size()) {
            finish(gap, at);
        }
    }

    /** Schedules the next try after a failure, later after each one in a row. */
    void failed(String why) {
        round = null;
        failures++;
        Duration delay = backoff.bound(failures);
        due = Deadline.after(delay, reading.ticker());
        if (state.isPresent() && failures == 1) {
            LOG.warn(
                    "History cannot be polled either for now, the next try is in {}: {}",
                    ReadableDuration.of(delay),
                    why);
        } else {
            LOG.debug("History cannot be polled, the next try is in {}: {}", delay, why);
        }
    }

    /**
     * The state of the polling; empty while the stream works, or if history does not answer either. From any thread.
     */
    Optional<Polling> state() {
        return state;
    }

    /**
     * Each round begins where the last one began, less the indexing delay and the margin. If the clock was set back
     * since, it begins at the gap's beginning.
     */
    private Instant begin(Gap gap, Instant now) {
        Instant last = lastRound;
        Instant begin = (last != null && !last.isAfter(now) ? last : gap.from())
                .minus(reading.settings().indexingDelay())
                .minus(reading.settings().margin());
        Instant oldest = now.minus(reading.settings().historyBound());
        return begin.isBefore(oldest) ? oldest : begin.isAfter(now) ? now : begin;
    }

    /** Ends a round. A round takes at most half of the time until the next, as each device costs a request. */
    private void finish(Gap gap, Round done) {
        round = null;
        failures = 0;
        Duration lasted = Duration.ofNanos(reading.ticker().nanos() - done.startedNanos);
        Duration every = longer(reading.settings().pollEvery(), lasted.multipliedBy(2));
        due = new Deadline(reading.ticker(), done.startedNanos + every.toNanos());
        boolean anyRead = done.failed < done.request.devices().size();
        if (!anyRead) {
            return;
        }
        lastRound = done.started;
        long before = state.map(Polling::eventsNew).orElse(0L);
        Polling now = new Polling(gap.id(), gap.from(), every, done.started, before + done.added);
        if (state.isEmpty()) {
            LOG.warn("Stream of project {}: {}", reading.devices().projectId(), now.sentence());
        }
        state = Optional.of(now);
        LOG.debug("Polled {} devices, {} new events", done.request.devices().size(), done.added);
    }

    private void stop() {
        state.ifPresent(last -> LOG.info(
                "Stream of project {}: history is not polled any more; {} events came this way since {}",
                reading.devices().projectId(),
                last.eventsNew(),
                last.since()));
        open = null;
        due = null;
        round = null;
        lastRound = null;
        failures = 0;
        state = Optional.empty();
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
