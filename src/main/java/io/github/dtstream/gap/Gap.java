package io.github.dtstream.gap;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A span of time, in the cloud's time, for which nothing proves that everything was received, and the state of its
 * fill. Immutable.
 *
 * <pre>
 * OPEN ──resumed, fill begins──▶ FILLING ──proven complete──▶ CLOSED
 *   │                               │
 *   └──────────too old──────────────┴──no permission, refused──▶ UNFILLABLE
 * </pre>
 *
 * @param id counts up from 1; each is used once
 * @param from everything before was received: the timestamp of the newest ping or event that proves it
 * @param to everything after was received; null while no connection receives
 * @param endsNotBefore if a gap without an end was joined with gaps that had ended: the latest of their ends; else null
 * @param reason why the connection ended, one sentence
 * @param interruptions how many spans were joined into this one, as they were so close that one fill serves all
 * @param state the state of the gap
 * @param progress the progress of the fill
 * @param started when the fill began; null before
 * @param ended when it was closed or found unfillable; null before
 * @param unfillable why history cannot fill it, and what to do; else null
 */
public record Gap(
        long id,
        Instant from,
        @Nullable Instant to,
        @Nullable Instant endsNotBefore,
        String reason,
        int interruptions,
        State state,
        FillProgress progress,
        @Nullable Instant started,
        @Nullable Instant ended,
        @Nullable String unfillable) {

    /** The states of a gap. */
    public enum State {
        /** No connection receives yet, or the fill has not begun. */
        OPEN("open"),
        /** History is being read. */
        FILLING("filling"),
        /** The history of every device was read after the indexing delay had passed. */
        CLOSED("closed"),
        /** History does not have the events, or the cloud refuses to give them. */
        UNFILLABLE("unfillable");

        private final String label;

        State(String label) {
            this.label = label;
        }

        /** The name in files, logs and metrics. */
        public String label() {
            return label;
        }

        /** @throws IllegalArgumentException if no state has that name */
        static State ofLabel(String label) {
            for (State state : values()) {
                if (state.label.equals(label)) {
                    return state;
                }
            }
            throw new IllegalArgumentException("not a state of a gap: " + label);
        }
    }

    public Gap {
        Objects.requireNonNull(reason);
        if (to != null && to.isBefore(from)) {
            throw new IllegalArgumentException("gap ends at " + to + ", before it begins at " + from);
        }
    }

    public static Gap open(long id, Instant from, String reason) {
        return new Gap(id, from, null, null, reason, 1, State.OPEN, FillProgress.NONE, null, null, null);
    }

    /** Whether the gap will not change any more. */
    public boolean isSettled() {
        return state == State.CLOSED || state == State.UNFILLABLE;
    }

    /** Whether the stream is live again and the fill has not ended. */
    public boolean isFillable() {
        return to != null && !isSettled();
    }

    /** Whether it was found unfillable within a day, so that somebody should still see it; the ledger keeps it for longer. */
    public boolean isLatelyUnfillable(Instant now) {
        return state == State.UNFILLABLE && ended != null && ended.isAfter(now.minus(Duration.ofDays(1)));
    }

    /** How long the gap lasted; until now if it has no end yet. */
    public Duration length(Instant now) {
        Instant end = to != null ? to : now;
        return end.isBefore(from) ? Duration.ZERO : Duration.between(from, end);
    }

    public Gap resumed(Instant at) {
        Instant end = later(later(from, at), endsNotBefore);
        return new Gap(id, from, end, null, reason, interruptions, state, progress, started, ended, unfillable);
    }

    /** Both gaps and the time between them, as one gap with this one's identifier. */
    Gap joined(Gap next) {
        Instant latest = later(knownEnd(), next.knownEnd());
        boolean isOpen = to == null || next.to == null;
        return new Gap(
                id,
                from.isBefore(next.from) ? from : next.from,
                isOpen ? null : latest,
                isOpen ? latest : null,
                reason,
                interruptions + next.interruptions,
                state,
                progress,
                started,
                ended,
                unfillable);
    }

    private @Nullable Instant knownEnd() {
        return to != null ? to : endsNotBefore;
    }

    Gap startingAt(Instant start) {
        return new Gap(
                id, start, to, endsNotBefore, reason, interruptions, state, progress, started, ended, unfillable);
    }

    Gap endingAt(long newId, Instant end) {
        return new Gap(newId, from, end, null, reason, interruptions, state, progress, started, ended, unfillable);
    }

    public Gap filling(FillProgress now, Instant at) {
        return new Gap(
                id,
                from,
                to,
                endsNotBefore,
                reason,
                interruptions,
                State.FILLING,
                now,
                started != null ? started : at,
                null,
                null);
    }

    Gap closed(FillProgress last, Instant at) {
        return new Gap(id, from, to, endsNotBefore, reason, interruptions, State.CLOSED, last, started, at, null);
    }

    Gap unfillable(String why, FillProgress last, Instant at) {
        return new Gap(id, from, to, endsNotBefore, reason, interruptions, State.UNFILLABLE, last, started, at, why);
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isAfter(one)) ? other : one;
    }
}
