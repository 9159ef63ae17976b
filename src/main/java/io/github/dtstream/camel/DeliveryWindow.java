package io.github.dtstream.camel;

import io.github.dtstream.journal.Batch;
import io.github.dtstream.journal.JournalRecord;
import io.github.dtstream.journal.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber has in hand: all that was handed to the route and that the cursor has not passed, in journal order. It
 * says how many events may be taken, what is handed out again and when, and how far the cursor may go.
 *
 * <p>What is in here is what a crash repeats, so it never holds more than {@code maxBatchSize} events. Two things do not
 * count. Suspects: they were refused, so nothing of them is repeated; and if they kept others out, none could go through to
 * show whether they are to blame. And what is done behind a suspect and proves nothing, which is pings.
 *
 * <p>Not thread-safe: guarded by the lock of its {@link BatchDelivery}.
 */
final class DeliveryWindow {
    /** So many refused events in a row, and none that went through, are the route's or the sink's fault, not theirs. */
    private static final int MAX_SUSPECTS = 10;

    private final DeliverySettings settings;
    private final Deque<Attempt> attempts = new ArrayDeque<>();

    DeliveryWindow(DeliverySettings settings) {
        this.settings = settings;
    }

    /**
     * How many events the next exchange may carry; 0 while there is no room for one. While all that is in hand waits for
     * suspects to be cleared there is always room for one event.
     */
    int room() {
        int exchanges = 0;
        int events = 0;
        boolean suspected = false;
        boolean open = false;
        for (Attempt attempt : attempts) {
            if (attempt.state == State.SUSPECT) {
                suspected = true;
            } else {
                exchanges++;
                events += attempt.records.size();
                open |= attempt.state != State.DONE;
            }
        }
        int room = exchanges < settings.maxInflightExchanges()
                ? Math.min(settings.exchangeSize(), settings.maxBatchSize() - events)
                : 0;
        return Math.max(room, suspected && !open ? 1 : 0);
    }

    /** Takes in what is about to be handed out for the first time. */
    Attempt add(Batch batch) {
        Attempt attempt = new Attempt(batch.records(), batch.end());
        attempts.add(attempt);
        return attempt;
    }

    /** What is to be handed out again now, and then counts as under way; null if nothing is. */
    @Nullable
    Attempt takeDue(Instant now) {
        Attempt failed = oldestFailed();
        Attempt next = failed == null ? suspectDueFirst() : failed;
        if (next == null || next.due.isAfter(now)) {
            return null;
        }
        next.state = State.UNDER_WAY;
        return next;
    }

    /** How long until what failed is handed out again; null if nothing did. */
    @Nullable
    Duration untilFailedIsDue(Instant now) {
        Attempt failed = oldestFailed();
        return failed == null ? null : Duration.between(now, failed.due);
    }

    /** The oldest that is to be handed out again: order is kept, so it is waited for. */
    private @Nullable Attempt oldestFailed() {
        return attempts.stream()
                .filter(attempt -> attempt.state == State.FAILED)
                .findFirst()
                .orElse(null);
    }

    private @Nullable Attempt suspectDueFirst() {
        return attempts.stream()
                .filter(attempt -> attempt.state == State.SUSPECT)
                .min(Comparator.comparing((Attempt attempt) -> attempt.due))
                .orElse(null);
    }

    boolean isAnythingUnderWay() {
        return attempts.stream().anyMatch(attempt -> attempt.state == State.UNDER_WAY);
    }

    /** How many events are in hand, suspects included. */
    int events() {
        return attempts.stream().mapToInt(attempt -> attempt.records.size()).sum();
    }

    /** All of it is delivered. */
    void delivered(Attempt attempt) {
        attempt.state = State.DONE;
        if (attempt.isProof()) {
            giveSuspectsALastChance();
        }
    }

    /**
     * An event went through: the route and its sink work, so an event that is refused now is refused for a reason of its
     * own. Each suspect gets one more chance; one that is being tried, perhaps since before, gets it after that. Pings are no
     * proof, as routes leave them out.
     */
    private void giveSuspectsALastChance() {
        for (Attempt attempt : attempts) {
            if (attempt.state == State.SUSPECT) {
                attempt.giveALastChance();
            } else if (attempt.wasSuspect) {
                attempt.deservesALastChance = true;
            }
        }
    }

    /**
     * It is not delivered: it is to be handed out again, whole or event by event, or given up.
     *
     * @param pause how long the sink asks to be left alone
     * @return whether it is given up; it is one event then
     */
    boolean failed(Attempt attempt, DeliveryFault fault, Duration pause, Instant now) {
        if (fault.isRefusal() && attempt.lastChance) {
            attempt.state = State.DONE;
            return true;
        }
        attempt.failures++;
        attempt.state = State.FAILED;
        Duration delay = delay(attempt.failures);
        attempt.due = now.plus(pause.compareTo(delay) > 0 ? pause : delay);
        if (fault.isRefusal() && ++attempt.refusals >= settings.maxAttempts()) {
            if (attempt.records.size() > 1) {
                takeApart(attempt);
            } else if (attempt.deservesALastChance) {
                attempt.giveALastChance();
            } else if (suspects() < MAX_SUSPECTS) {
                attempt.state = State.SUSPECT;
                attempt.wasSuspect = true;
            }
        }
        return false;
    }

    private Duration delay(int failures) {
        Duration delay = settings.redeliveryDelay();
        for (int i = 1; i < failures && delay.compareTo(settings.maxRedeliveryDelay()) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(settings.maxRedeliveryDelay()) < 0 ? delay : settings.maxRedeliveryDelay();
    }

    private long suspects() {
        return attempts.stream()
                .filter(attempt -> attempt.state == State.SUSPECT)
                .count();
    }

    /** Replaces an attempt by one for each event, so that the one that is refused can be told from the others. */
    private void takeApart(Attempt whole) {
        List<Attempt> all = new ArrayList<>(attempts);
        attempts.clear();
        for (Attempt attempt : all) {
            if (attempt == whole) {
                attempts.addAll(whole.singles());
            } else {
                attempts.add(attempt);
            }
        }
    }

    /** Where the cursor may go: behind all at the head that is done; null if it has to stay where it is. */
    @Nullable
    Position reached() {
        Position reached = null;
        for (Attempt attempt : attempts) {
            if (attempt.state != State.DONE) {
                break;
            }
            if (attempt.end != null) {
                reached = attempt.end;
            }
        }
        return reached;
    }

    /**
     * The cursor stands there now: forgets what is before it.
     *
     * @param reached from {@link #reached}
     * @return how many events those are
     */
    int passed(Position reached) {
        int events = 0;
        Attempt last;
        do {
            last = attempts.remove();
            events += last.records.size();
        } while (!reached.equals(last.end));
        return events;
    }

    private enum State {
        UNDER_WAY,
        /** To be handed out again when it is due. */
        FAILED,
        /** One event, refused as often as allowed: it holds up nobody, and is given up when others go through. */
        SUSPECT,
        /** Delivered or given up. */
        DONE
    }

    /** What was handed to the route in one exchange, first or again. */
    static final class Attempt {
        private final List<JournalRecord> records;
        /** Where the cursor goes when this is done; null for all but the last part of a batch that was taken apart. */
        private final @Nullable Position end;

        private State state = State.UNDER_WAY;
        private int failures;
        private int refusals;
        private boolean wasSuspect;
        private boolean deservesALastChance;
        private boolean lastChance;
        private Instant due = Instant.EPOCH;

        private Attempt(List<JournalRecord> records, @Nullable Position end) {
            this.records = records;
            this.end = end;
        }

        /** Never changes. */
        List<JournalRecord> records() {
            return records;
        }

        boolean hasFailed() {
            return failures > 0;
        }

        private void giveALastChance() {
            state = State.FAILED;
            due = Instant.EPOCH;
            lastChance = true;
        }

        /** Whether its delivery shows that the route and its sink work: routes leave pings out. */
        boolean isProof() {
            return records.stream().anyMatch(record -> !record.event().isPing());
        }

        private List<Attempt> singles() {
            List<Attempt> singles = new ArrayList<>();
            for (int i = 0; i < records.size(); i++) {
                boolean last = i == records.size() - 1;
                Attempt single = new Attempt(List.of(records.get(i)), last ? end : null);
                single.state = State.FAILED;
                singles.add(single);
            }
            return singles;
        }
    }
}
