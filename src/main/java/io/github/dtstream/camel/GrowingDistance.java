package io.github.dtstream.camel;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which of many like messages are told: the first of its kind at once, then one a minute, after two, four and so on up
 * to an hour. Messages that differ in their numbers only are of one kind. Not thread-safe: its owner's lock guards it.
 */
final class GrowingDistance {
    static final Duration SHORTEST = Duration.ofMinutes(1);
    static final Duration LONGEST = Duration.ofHours(1);

    /** As many kinds are told apart; a sink that fails has two or three. */
    private static final int MOST_KINDS = 50;

    private final Map<String, Told> kinds = new HashMap<>();

    /**
     * When a kind was last told of.
     *
     * @param distance how long it is not told of after that
     * @param untold how often it has happened since
     */
    private record Told(Instant at, Duration distance, long untold) {}

    /**
     * Whether this one is to be told.
     *
     * @return how many like it were not told since the last one; empty if this is not to be told either
     */
    Optional<Long> tell(String message, Instant now) {
        String kind = message.replaceAll("[0-9]+", "0");
        Told last = kinds.get(kind);
        if (last == null) {
            if (kinds.size() >= MOST_KINDS) {
                kinds.clear();
            }
            kinds.put(kind, new Told(now, SHORTEST, 0));
            return Optional.of(0L);
        }
        Duration passed = Duration.between(last.at(), now);
        if (passed.compareTo(last.distance()) < 0) {
            kinds.put(kind, new Told(last.at(), last.distance(), last.untold() + 1));
            return Optional.empty();
        }
        kinds.put(kind, new Told(now, next(last.distance(), passed), 0));
        return Optional.of(last.untold());
    }

    /** What has been quiet for long begins anew. */
    private static Duration next(Duration distance, Duration passed) {
        Duration twice = distance.multipliedBy(2);
        if (passed.compareTo(twice) >= 0) {
            return SHORTEST;
        }
        return twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
    }

    /** What is wrong now is over: if it comes back, it is told of again, but no more than once a minute. */
    void over() {
        kinds.replaceAll((kind, told) -> new Told(told.at(), SHORTEST, told.untold()));
    }
}
