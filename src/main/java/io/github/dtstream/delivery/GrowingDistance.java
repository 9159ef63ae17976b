package io.github.dtstream.delivery;

import io.github.dtstream.time.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which of many like messages are told: the first of its kind at once, then one a minute, after two, four and so on up
 * to an hour. Messages that differ in their numbers only are of one kind. Not thread-safe: its owner's lock guards it.
 */
public final class GrowingDistance {
    static final Backoff DISTANCE = Backoff.doubling(Duration.ofMinutes(1), Duration.ofHours(1));

    /** As many kinds are told apart; a sink that fails has two or three. */
    private static final int MOST_KINDS = 50;

    private final Map<String, Told> kinds = new HashMap<>();

    /**
     * When a kind was last told of.
     *
     * @param times how often it was told in a row, which says how long it is not told of after that
     * @param untold how often it has happened since
     */
    private record Told(Instant at, int times, long untold) {
        Duration distance() {
            return DISTANCE.bound(times);
        }

        /** What has been quiet for long begins anew. */
        Told again(Instant now) {
            boolean quiet = Duration.between(at, now).compareTo(distance().multipliedBy(2)) >= 0;
            return new Told(now, quiet ? 1 : times + 1, 0);
        }
    }

    /**
     * Whether this one is to be told.
     *
     * @return how many like it were not told since the last one; empty if this is not to be told either
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

    /** What is wrong now is over: if it comes back, it is told of again, but no more than once a minute. */
    public void over() {
        kinds.replaceAll((kind, told) -> new Told(told.at(), 1, told.untold()));
    }
}
