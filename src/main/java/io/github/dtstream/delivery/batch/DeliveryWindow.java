package io.github.dtstream.delivery.batch;

import io.github.dtstream.delivery.DeliveryFault;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.time.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The events that were handed to the route and that the cursor has not passed, in journal order. It determines how many
 * more may be taken, which are handed out again and when, and how far the cursor may move.
 *
 * <p>A crash repeats the events in the window, so it never has more than {@code maxBatchSize}, with two exceptions.
 * Suspects do not count: they were refused, so nothing of them is repeated; and if they excluded others, none could be
 * delivered to show whether the suspects are to blame. Pings after a suspect that are done do not count either, as they
 * prove nothing.
 *
 * <p>Not thread-safe: guarded by the lock of its {@link BatchDelivery}.
 */
final class DeliveryWindow {
    /**
     * After this many refused events in a row without a delivered one, the route or the sink is to blame, not the
     * events.
     */
    private static final int MAX_SUSPECTS = 10;

    /**
     * The approximate memory of an event in a route, in addition to its JSON: its record, exchange, messages, headers.
     * With a JSON of 346 bytes, 1,840 bytes of 2,884 were measured at the sink of the route to files, and 1,980 at that
     * to MQTT, whose client then needs some 700 for a message ({@code Footprint} in {@code src/jmh}).
     */
    private static final long EVENT_BYTES = 1500;
    /** The number of copies of its JSON in memory: as received, as text, in a record, and in what a sink writes. */
    private static final long JSON_COPIES = 4;

    private final DeliverySettings settings;
    private final Deque<Attempt> attempts = new ArrayDeque<>();

    DeliveryWindow(DeliverySettings settings) {
        this.settings = settings;
    }

    /**
     * The limits of the next exchange.
     *
     * @param events the number of events; 0 if there is no room for one
     * @param bytes the limit for their JSON, if there is more than one
     */
    record Room(int events, long bytes) {}

    /**
     * The room for new events. If all events in the window wait for suspects to be cleared, there is always room for
     * one.
     */
    Room room() {
        int exchanges = 0;
        int events = 0;
        long bytes = 0;
        boolean suspected = false;
        boolean open = false;
        for (Attempt attempt : attempts) {
            if (attempt.state == State.SUSPECT) {
                suspected = true;
            } else {
                exchanges += attempt.exchanges;
                events += attempt.events();
                bytes += attempt.bytes;
                open |= attempt.state != State.DONE;
            }
        }
        int room = exchanges < settings.maxInflightExchanges() && bytes < settings.maxBatchBytes()
                ? Math.min(settings.exchangeSize(), settings.maxBatchSize() - events)
                : 0;
        return new Room(
                Math.max(room, suspected && !open ? 1 : 0),
                Math.max(0, Math.min(settings.exchangeBytes(), settings.maxBatchBytes() - bytes)));
    }

    /** The approximate memory of so many events in a route. */
    static long heapBytes(int events, long jsonBytes) {
        return events * EVENT_BYTES + jsonBytes * JSON_COPIES;
    }

    /** The part of a room for which the memory suffices, at least half of it for JSON. */
    static Room within(Room room, long heapBytes) {
        int events = (int) Math.min(room.events(), Math.max(1, heapBytes / 2 / EVENT_BYTES));
        return new Room(events, Math.min(room.bytes(), (heapBytes - events * EVENT_BYTES) / JSON_COPIES));
    }

    /** The approximate memory of the whole window. */
    long heapBytes() {
        long bytes = 0;
        for (Attempt attempt : attempts) {
            bytes += attempt.heapBytes();
        }
        return bytes;
    }

    /** Adds events that are about to be handed out for the first time. */
    Attempt add(Batch batch) {
        Attempt attempt = new Attempt(batch.records(), batch.end());
        attempts.add(attempt);
        return attempt;
    }

    /** The events to hand out again now, which then count as handed out; null if there are none. */
    @Nullable
    Attempt takeDue(Instant now) {
        Attempt failed = oldestFailed();
        Attempt next = failed == null ? suspectDueFirst() : failed;
        if (next == null || next.due.isAfter(now)) {
            return null;
        }
        next.state = State.UNDER_WAY;
        next.progressed = false;
        return next;
    }

    /** How long until failed events are handed out again; null if none have failed. */
    @Nullable
    Duration untilFailedIsDue(Instant now) {
        Attempt failed = oldestFailed();
        return failed == null ? null : Duration.between(now, failed.due);
    }

    /** The oldest failed events; they are waited for, to keep the order. */
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

    /** Everything that counts as handed out, and is none of these, is to be handed out again now. */
    void takeBackAllBut(Set<Attempt> underWay) {
        for (Attempt attempt : attempts) {
            if (attempt.state == State.UNDER_WAY && !underWay.contains(attempt)) {
                attempt.state = State.FAILED;
                attempt.due = Instant.EPOCH;
            }
        }
    }

    /** The number of events in the window, suspects included. */
    int events() {
        return attempts.stream().mapToInt(Attempt::events).sum();
    }

    /** The whole attempt is delivered. */
    void delivered(Attempt attempt) {
        boolean isProof = attempt.isProof();
        becomeDone(attempt);
        if (isProof) {
            giveSuspectsALastChance();
        }
    }

    private void becomeDone(Attempt attempt) {
        attempt.becomeDone();
        mergeWhatIsDone();
    }

    /**
     * Keeps of several that are done in a row behind something open only how much they are: pings that come while a suspect waits
     * are many, and need no memory.
     */
    private void mergeWhatIsDone() {
        boolean isLeading = true;
        Attempt before = null;
        for (Iterator<Attempt> all = attempts.iterator(); all.hasNext(); ) {
            Attempt attempt = all.next();
            if (attempt.state != State.DONE) {
                isLeading = false;
                before = null;
            } else if (before != null) {
                before.absorb(attempt);
                all.remove();
            } else if (!isLeading) {
                before = attempt;
            }
        }
    }

    /** These are delivered, and the rest was not tried: it is to be handed out now. */
    void partlyDelivered(Attempt attempt, Set<Long> delivered) {
        noteDelivered(attempt, delivered);
        if (attempt.state != State.DONE) {
            attempt.state = State.FAILED;
            attempt.due = Instant.EPOCH;
        }
    }

    /** These are delivered, whatever happens to the rest. */
    void noteDelivered(Attempt attempt, Set<Long> delivered) {
        boolean isProof = attempt.removeDelivered(delivered);
        if (attempt.state == State.DONE) {
            mergeWhatIsDone();
        }
        if (isProof) {
            giveSuspectsALastChance();
        }
    }

    /**
     * An event was delivered: the route and its sink work, so an event that is refused now is refused because of
     * itself. Each suspect gets one more attempt; a suspect whose attempt is already running gets it after that. Pings
     * are no proof, as routes leave them out.
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
     * No event will follow whose delivery could show whether suspects are to blame: unless another is still open, each gets
     * its last attempt now. It goes to the reject file if it is refused again, and can be sent again from there.
     */
    void nothingFollows() {
        if (attempts.stream().allMatch(attempt -> attempt.state == State.SUSPECT || attempt.state == State.DONE)) {
            giveSuspectsALastChance();
        }
    }

    /** Whether an event with this failure is given up: it is refused, and others were delivered. */
    boolean givesUp(Attempt attempt, Setback setback) {
        boolean isOut = attempt.records.isEmpty() || setback.delivered().contains(attempt.firstLeft());
        return setback.fault().isRefusal() && attempt.lastChance && !isOut;
    }

    /** The event was rejected; nothing more is to be done for it. */
    void givenUp(Attempt attempt) {
        becomeDone(attempt);
    }

    /**
     * The reject file did not take events that are given up: they are to be handed out again, and given up then if they are
     * refused again. The usual delay applies, as each attempt bothers the sink.
     *
     * @param setback what is refused, and what is delivered
     */
    void notRejected(Attempt attempt, Setback setback, Instant now) {
        noteDelivered(attempt, setback.delivered());
        if (attempt.state != State.DONE) {
            int failures = attempt.count(setback);
            attempt.state = State.FAILED;
            attempt.due = now.plus(delay(failures));
        }
    }

    /**
     * The attempt was not delivered, or only in part: the rest is to be handed out again, together or event by event.
     *
     * @param pause the pause that the sink demands; zero for none
     */
    void failed(Attempt attempt, Setback setback, Duration pause, Instant now) {
        noteDelivered(attempt, setback.delivered());
        if (attempt.state != State.DONE) {
            int failures = attempt.count(setback);
            attempt.state = State.FAILED;
            attempt.due = now.plus(pause.isZero() ? delay(failures) : longer(pause, settings.redeliveryDelay()));
            if (setback.fault().isRefusal() || setback.failed().containsValue(DeliveryFault.REFUSAL)) {
                setRefusedAside(attempt, setback);
            }
        }
    }

    /**
     * Separates events that were refused as often as allowed, so that they do not delay the others of their exchange.
     */
    private void setRefusedAside(Attempt attempt, Setback setback) {
        if (attempt.inHand.size() == 1) {
            suspectIfRefused(attempt);
            return;
        }
        Set<Long> refused = attempt.refused(settings.maxAttempts());
        if (refused.isEmpty()) {
            return;
        }
        List<Attempt> pieces = attempt.pieces(refused);
        replace(attempt, pieces);
        for (Attempt piece : pieces) {
            if (!piece.hasAnyOf(setback.failed().keySet())) {
                piece.due = Instant.EPOCH;
            } else if (piece.hasAnyOf(refused)) {
                suspectIfRefused(piece);
            }
        }
    }

    private void suspectIfRefused(Attempt single) {
        if (single.refusals() < settings.maxAttempts()) {
            return;
        }
        if (single.deservesALastChance || single.isRefusedBesideOthers(single.firstLeft())) {
            single.giveALastChance();
        } else if (suspects() < MAX_SUSPECTS) {
            single.state = State.SUSPECT;
            single.wasSuspect = true;
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private Duration delay(int failures) {
        return Backoff.doubling(settings.redeliveryDelay(), settings.maxRedeliveryDelay())
                .bound(failures);
    }

    private long suspects() {
        return attempts.stream()
                .filter(attempt -> attempt.state == State.SUSPECT)
                .count();
    }

    private void replace(Attempt whole, List<Attempt> pieces) {
        List<Attempt> all = new ArrayList<>(attempts);
        attempts.clear();
        for (Attempt attempt : all) {
            if (attempt == whole) {
                attempts.addAll(pieces);
            } else {
                attempts.add(attempt);
            }
        }
    }

    /** The position to which the cursor may move: after all leading events that are done; null if it must stay. */
    @Nullable
    Position reached() {
        Position reached = null;
        for (Attempt attempt : attempts) {
            if (attempt.state != State.DONE) {
                return attempt.beginsDone() ? Position.before(attempt.firstLeft()) : reached;
            }
            reached = attempt.end;
        }
        return reached;
    }

    /**
     * The cursor has moved: removes everything before it.
     *
     * @param reached from {@link #reached}
     * @return the number of removed events
     */
    int passed(Position reached) {
        int events = 0;
        while (!attempts.isEmpty()) {
            Attempt first = attempts.getFirst();
            if (first.state != State.DONE || first.end.sequence() > reached.sequence()) {
                return events + first.forgetBefore(reached.sequence());
            }
            events += first.events();
            attempts.removeFirst();
        }
        return events;
    }

    private enum State {
        UNDER_WAY,
        /** To be handed out again when it is due. */
        FAILED,
        /**
         * One event that was refused as often as allowed: it delays no others, and is given up when others are
         * delivered, or none will follow.
         */
        SUSPECT,
        /** Delivered or given up. */
        DONE
    }

    /** The number of failures of a delivery. */
    private static final class Tries {
        private int failures;
        private int refusals;
        /** Other events of its exchange were delivered. */
        private boolean besideOthers;

        private void count(DeliveryFault fault) {
            failures++;
            if (fault.isRefusal()) {
                refusals++;
            }
        }
    }

    /** The events that were handed to the route in one exchange, for the first time or again. */
    static final class Attempt {
        /** All events that the cursor has not passed, delivered or not. */
        private List<JournalRecord> inHand;
        /** The undelivered ones of these, which are handed out. */
        private List<JournalRecord> records;
        /** How many more events the cursor has not passed; they are done, and their records are not needed. */
        private int forgotten;
        /** The length of the JSON of all these events. */
        private long bytes;
        /** The position of the cursor when this is done. */
        private Position end;
        /** In how many exchanges the events were handed out. */
        private int exchanges = 1;

        private State state = State.UNDER_WAY;
        /** Failures that name no event. */
        private final Tries whole = new Tries();
        /** Failures that name an event, by its number. */
        private final Map<Long, Tries> tries;

        private boolean progressed;
        private boolean wasSuspect;
        private boolean deservesALastChance;
        private boolean lastChance;
        private Instant due = Instant.EPOCH;

        private Attempt(List<JournalRecord> records, Position end) {
            this(records, records, end, new HashMap<>());
        }

        private Attempt(List<JournalRecord> inHand, List<JournalRecord> records, Position end, Map<Long, Tries> tries) {
            this.inHand = inHand;
            this.bytes = bytes(inHand);
            this.records = records;
            this.end = end;
            this.tries = tries;
        }

        private static long bytes(List<JournalRecord> records) {
            long bytes = 0;
            for (JournalRecord record : records) {
                bytes += record.event().json().length;
            }
            return bytes;
        }

        /** The events to hand out; the list is not changed. */
        List<JournalRecord> records() {
            return records;
        }

        /** The number of events that the cursor has not passed. */
        private int events() {
            return inHand.size() + forgotten;
        }

        private long heapBytes() {
            return inHand.isEmpty() ? 0 : DeliveryWindow.heapBytes(inHand.size(), bytes);
        }

        /** Adds what is done behind this, which is done as well, and forgets the records of both. */
        private void absorb(Attempt next) {
            forgotten += inHand.size() + next.events();
            inHand = List.of();
            bytes += next.bytes;
            exchanges += next.exchanges;
            end = next.end;
        }

        boolean hasFailed() {
            return whole.failures > 0 || !tries.isEmpty();
        }

        private void becomeDone() {
            state = State.DONE;
            records = List.of();
        }

        /** Whether some of its events, other than pings, were delivered in the last attempt. */
        boolean hasProgressed() {
            return progressed;
        }

        /** @return whether this proves that the route and its sink work */
        private boolean removeDelivered(Set<Long> delivered) {
            if (delivered.isEmpty()) {
                return false;
            }
            List<JournalRecord> gone = records.stream()
                    .filter(record -> delivered.contains(record.sequence()))
                    .toList();
            records = records.stream()
                    .filter(record -> !delivered.contains(record.sequence()))
                    .toList();
            if (records.isEmpty()) {
                state = State.DONE;
            }
            boolean proven = isProof(gone);
            progressed |= proven;
            return proven;
        }

        /** @return the highest number of failures among the events that failed now */
        private int count(Setback setback) {
            int most = 0;
            for (JournalRecord record : records) {
                DeliveryFault fault = setback.failed().get(record.sequence());
                if (fault != null) {
                    Tries counted = tries.computeIfAbsent(record.sequence(), number -> new Tries());
                    counted.count(fault);
                    counted.besideOthers |= progressed && fault.isRefusal();
                    most = Math.max(most, counted.failures);
                }
            }
            if (most == 0) {
                whole.count(setback.fault());
                most = whole.failures;
            }
            return most;
        }

        /** The numbers of the events that were refused so often; all, if it is not known which were. */
        private Set<Long> refused(int times) {
            Set<Long> refused = new HashSet<>();
            for (JournalRecord record : records) {
                Tries own = tries.get(record.sequence());
                if (whole.refusals >= times || own != null && own.refusals >= times) {
                    refused.add(record.sequence());
                }
            }
            return refused;
        }

        /** How often its only event was refused. */
        private int refusals() {
            Tries own = tries.get(firstLeft());
            return whole.refusals + (own == null ? 0 : own.refusals);
        }

        /** Whether others of its exchange were delivered, now or when these were refused before; pings prove nothing. */
        boolean areRefusedBesideOthers(Setback setback) {
            return progressed
                    || isProof(records.stream()
                            .filter(record -> setback.delivered().contains(record.sequence()))
                            .toList())
                    || setback.failed().keySet().stream().allMatch(this::isRefusedBesideOthers);
        }

        private boolean isRefusedBesideOthers(long number) {
            Tries own = tries.get(number);
            return own != null && own.besideOthers;
        }

        private void giveALastChance() {
            state = State.FAILED;
            due = Instant.EPOCH;
            lastChance = true;
        }

        /** Whether its delivery proves that the route and its sink work; pings do not, as routes leave them out. */
        boolean isProof() {
            return isProof(records);
        }

        private static boolean isProof(List<JournalRecord> records) {
            return records.stream().anyMatch(record -> !record.event().isPing());
        }

        private boolean hasAnyOf(Set<Long> numbers) {
            return records.stream().anyMatch(record -> numbers.contains(record.sequence()));
        }

        /** The number of the first undelivered event. */
        private long firstLeft() {
            return records.get(0).sequence();
        }

        /** Whether leading events are delivered and the cursor has not passed them. */
        private boolean beginsDone() {
            return inHand.get(0).sequence() < firstLeft();
        }

        private int forgetBefore(long sequence) {
            int before = inHand.size();
            inHand = inHand.stream()
                    .filter(record -> record.sequence() >= sequence)
                    .toList();
            bytes = bytes(inHand);
            return before - inHand.size();
        }

        /**
         * The attempt split in order: each of these events alone, and the events between them together.
         *
         * @param alone the numbers of the single events
         */
        private List<Attempt> pieces(Set<Long> alone) {
            Set<Long> left = new HashSet<>();
            records.forEach(record -> left.add(record.sequence()));
            List<Attempt> pieces = new ArrayList<>();
            int from = 0;
            for (int to = 1; to <= inHand.size(); to++) {
                boolean isLast = to == inHand.size();
                if (isLast
                        || alone.contains(inHand.get(to - 1).sequence())
                        || alone.contains(inHand.get(to).sequence())) {
                    long next = isLast ? 0 : inHand.get(to).sequence();
                    pieces.add(piece(inHand.subList(from, to), left, isLast ? end : Position.before(next)));
                    from = to;
                }
            }
            return pieces;
        }

        private Attempt piece(List<JournalRecord> part, Set<Long> left, Position end) {
            List<JournalRecord> records = part.stream()
                    .filter(record -> left.contains(record.sequence()))
                    .toList();
            Attempt piece = new Attempt(List.copyOf(part), records, end, tries);
            piece.due = due;
            piece.state = records.isEmpty() ? State.DONE : State.FAILED;
            return piece;
        }
    }
}
