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
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    /**
     * What an event on its way through a route takes in memory beside its JSON, about: its record, exchange, messages, headers.
     * With a JSON of 346 bytes, 1,840 bytes of 2,884 were measured at the sink of the route to files, 1,980 at that to MQTT,
     * whose client then takes some 700 for a message ({@code Footprint} in {@code src/jmh}).
     */
    private static final long EVENT_BYTES = 1500;
    /** How often its JSON is in memory then: as received, as text, in a record, in what a sink writes. */
    private static final long JSON_COPIES = 4;

    private final DeliverySettings settings;
    private final Deque<Attempt> attempts = new ArrayDeque<>();

    DeliveryWindow(DeliverySettings settings) {
        this.settings = settings;
    }

    /**
     * What the next exchange may carry.
     *
     * @param events how many events; 0 while there is no room for one
     * @param bytes how long their JSON may be, if there is more than one
     */
    record Room(int events, long bytes) {}

    /** While all that is in hand waits for suspects to be cleared there is always room for one event. */
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
                exchanges++;
                events += attempt.inHand.size();
                bytes += attempt.bytes;
                open |= attempt.state != State.DONE;
            }
        }
        int room = exchanges < settings.maxInflightExchanges() && bytes < settings.maxBatchBytes()
                ? Math.min(settings.exchangeSize(), settings.maxBatchSize() - events)
                : 0;
        return new Room(
                Math.max(room, suspected && !open ? 1 : 0),
                Math.min(settings.exchangeBytes(), settings.maxBatchBytes() - bytes));
    }

    /** What so many events take in memory, about, on their way through a route. */
    static long heapBytes(int events, long jsonBytes) {
        return events * EVENT_BYTES + jsonBytes * JSON_COPIES;
    }

    /** As much of a room as so much memory is enough for, where half of it is for the JSON at least. */
    static Room within(Room room, long heapBytes) {
        int events = (int) Math.min(room.events(), Math.max(1, heapBytes / 2 / EVENT_BYTES));
        return new Room(events, Math.min(room.bytes(), (heapBytes - events * EVENT_BYTES) / JSON_COPIES));
    }

    /** What all that is in hand takes in memory, about. */
    long heapBytes() {
        long bytes = 0;
        for (Attempt attempt : attempts) {
            bytes += heapBytes(attempt.inHand.size(), attempt.bytes);
        }
        return bytes;
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
        next.progressed = false;
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

    /** What counts as under way and is none of these is to be handed out again now. */
    void takeBackAllBut(Set<Attempt> underWay) {
        for (Attempt attempt : attempts) {
            if (attempt.state == State.UNDER_WAY && !underWay.contains(attempt)) {
                attempt.state = State.FAILED;
                attempt.due = Instant.EPOCH;
            }
        }
    }

    /** How many events are in hand, suspects included. */
    int events() {
        return attempts.stream().mapToInt(attempt -> attempt.inHand.size()).sum();
    }

    /** All of it is delivered. */
    void delivered(Attempt attempt) {
        boolean isProof = attempt.isProof();
        attempt.becomeDone();
        if (isProof) {
            giveSuspectsALastChance();
        }
    }

    /** These are delivered, and the rest was not looked at: it is to be handed out now. */
    void partlyDelivered(Attempt attempt, Set<Long> delivered) {
        noteDelivered(attempt, delivered);
        if (attempt.state != State.DONE) {
            attempt.state = State.FAILED;
            attempt.due = Instant.EPOCH;
        }
    }

    /** These are delivered, whatever becomes of the rest. */
    void noteDelivered(Attempt attempt, Set<Long> delivered) {
        if (attempt.removeDelivered(delivered)) {
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

    /** Whether an event that fails so is given up: it is refused, and others went through. */
    boolean givesUp(Attempt attempt, Setback setback) {
        boolean isOut = attempt.records.isEmpty() || setback.delivered().contains(attempt.firstLeft());
        return setback.fault().isRefusal() && attempt.lastChance && !isOut;
    }

    /** It is set aside: there is nothing more to do for it. */
    void givenUp(Attempt attempt) {
        attempt.becomeDone();
    }

    /**
     * It is not delivered, or not all of it: the rest is to be handed out again, whole or event by event.
     *
     * @param pause how long the sink asks to be left alone; zero if it does not ask
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

    /** Events that were refused as often as allowed are not to hold up the others of their exchange. */
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
        if (single.deservesALastChance || single.isRefusedBesideOthers()) {
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

    /** Where the cursor may go: behind all at the head that is done; null if it has to stay where it is. */
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
     * The cursor stands there now: forgets what is before it.
     *
     * @param reached from {@link #reached}
     * @return how many events those are
     */
    int passed(Position reached) {
        int events = 0;
        while (!attempts.isEmpty()) {
            Attempt first = attempts.getFirst();
            if (first.state != State.DONE || first.end.sequence() > reached.sequence()) {
                return events + first.forgetBefore(reached.sequence());
            }
            events += first.inHand.size();
            attempts.removeFirst();
        }
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

    /** How often a delivery failed. */
    private static final class Tries {
        private int failures;
        private int refusals;
        /** Others of its exchange went through. */
        private boolean besideOthers;

        private void count(DeliveryFault fault) {
            failures++;
            if (fault.isRefusal()) {
                refusals++;
            }
        }
    }

    /** What was handed to the route in one exchange, first or again. */
    static final class Attempt {
        /** All that the cursor has not passed, delivered or not. */
        private List<JournalRecord> inHand;
        /** What of it is to be delivered: what is handed out. */
        private List<JournalRecord> records;
        /** How long the JSON of all that is in hand is. */
        private long bytes;
        /** Where the cursor goes when this is done. */
        private final Position end;

        private State state = State.UNDER_WAY;
        /** Of failures of which only is known that they happened. */
        private final Tries whole = new Tries();
        /** Of failures that name an event, by its number. */
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

        /** What is to be handed out; the list itself does not change. */
        List<JournalRecord> records() {
            return records;
        }

        boolean hasFailed() {
            return whole.failures > 0 || !tries.isEmpty();
        }

        private void becomeDone() {
            state = State.DONE;
            records = List.of();
        }

        /** Whether some of its events went through the last time that it was handed out, and not pings alone. */
        boolean hasProgressed() {
            return progressed;
        }

        /** @return whether that proves that the route and its sink work */
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

        /** @return how often that failed now which failed most often */
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

        /** The numbers of the events that were refused so often; of all, if it is not known which were. */
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

        /** How often its one event was refused. */
        private int refusals() {
            Tries own = tries.get(firstLeft());
            return whole.refusals + (own == null ? 0 : own.refusals);
        }

        private boolean isRefusedBesideOthers() {
            Tries own = tries.get(firstLeft());
            return own != null && own.besideOthers;
        }

        private void giveALastChance() {
            state = State.FAILED;
            due = Instant.EPOCH;
            lastChance = true;
        }

        /** Whether its delivery shows that the route and its sink work: routes leave pings out. */
        boolean isProof() {
            return isProof(records);
        }

        private static boolean isProof(List<JournalRecord> records) {
            return records.stream().anyMatch(record -> !record.event().isPing());
        }

        private boolean hasAnyOf(Set<Long> numbers) {
            return records.stream().anyMatch(record -> numbers.contains(record.sequence()));
        }

        /** The number of the first event that is to be delivered. */
        private long firstLeft() {
            return records.get(0).sequence();
        }

        /** Whether events at its head are delivered and the cursor has not passed them. */
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
         * Itself in pieces, in order: each of these events is one of its own, and so is what lies between them.
         *
         * @param alone numbers of events
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
