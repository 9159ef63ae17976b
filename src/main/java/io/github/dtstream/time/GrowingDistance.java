package io.github.dtstream.time;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which of many similar messages are logged: the first of its kind at once, then one after a minute, after two,
 * four and so on, up to an hour. Messages are of the same kind if only their numbers differ. Not thread-safe: its
 * owner's lock guards it.
 */
public final class GrowingDistance {
    static final Backoff DISTANCE = Backoff.doubling(Duration.ofMinutes(1), Duration.ofHours(1));

    /** The most kinds that are told apart; a failing sink has two or three. */
    private static final int MOST_KINDS = 50;

    private final Map<String, Told> kinds = new HashMap<>();

    /**
     * The last message of a kind.
     *
     * @param times how often it was logged in a row, which determines the time until it is logged again
     * @param untold how often it has happened since
     */
    private record Told(Instant at, int times, long untold) {
        Duration distance() {
            return DISTANCE.bound(times);
        }

        /** A kind that was silent for long begins again. */
        Told again(Instant now) {
            boolean quiet = Duration.between(at, now).compareTo(distance().multipliedBy(2)) >= 0;
            return new Told(now, quiet ? 1 : times + 1, 0);
        }
    }

    /**
     * Whether to log this message.
     *
     * @return how many similar ones were not logged since the last one; empty if this one is not to be logged either
     */
    public Optional<Long> tell(String message, Instant now) {
        String kind = message.replaceAll("[0-9]+", "0");
        Told last = kinds.get(kind);
        if (last == null) {
            if (kinds.size() >= MOST_KINDS) {
                kinds.clear();
            }
            kinds.put(kind, new Told(now, 1, 0));
            return Optional.of(0L);
        }
        if (Duration.between(last.at(), now).compareTo(last.distance()) < 0) {
            kinds.put(kind, new Told(last.at(), last.times(), last.untold() + 1));
            return Optional.empty();
        }
        kinds.put(kind, last.again(now));
        return Optional.of(last.untold());
    }

    /** The present failure is over; if it comes back, it is logged again, but at most once a minute. */
    public void over() {
        kinds.replaceAll((kind, told) -> new Told(told.at(), 1, told.untold()));
    }
}
