package io.github.dtstream.cluster.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which streams a node asks for. One that it has given up it leaves to others: it asks again when nobody has taken it, or after
 * a long while. Thread-safe.
 */
final class Wishes {
    /** How long the others have for taking a stream, before it is looked whether one did. */
    static final Duration OFFERED = Duration.ofSeconds(5);

    /** After this long a node asks again for a stream that another one holds: what kept it from streaming may be over. */
    static final Duration AWAY = Duration.ofMinutes(10);

    // All guarded by this.
    /** The topic of each stream. */
    private final Map<String, String> topics = new TreeMap<>();
    /** The other way round. */
    private final Map<String, String> streams = new HashMap<>();
    /** When it was given up. */
    private final Map<String, Long> givenUp = new TreeMap<>();

    synchronized void want(String stream, String topic) {
        topics.put(stream, topic);
        streams.put(topic, stream);
    }

    synchronized void wantNoMore(String stream) {
        streams.remove(topics.remove(stream));
        givenUp.remove(stream);
    }

    synchronized void giveUp(String stream, long nanos) {
        if (topics.containsKey(stream)) {
            givenUp.put(stream, nanos);
        }
    }

    /** What it asks for now. */
    synchronized Set<String> askedTopics() {
        Set<String> asked = new TreeSet<>();
        topics.forEach((stream, topic) -> {
            if (!givenUp.containsKey(stream)) {
                asked.add(topic);
            }
        });
        return asked;
    }

    /** All that it can stream, asked for or not, with their topics. */
    synchronized Map<String, String> all() {
        return Map.copyOf(topics);
    }

    /** The stream of a topic; empty if it is not wanted any more. */
    synchronized Optional<String> streamOf(String topic) {
        return Optional.ofNullable(streams.get(topic));
    }

    /**
     * Asks again for what nobody has taken, and for what was given up long ago.
     *
     * @param taken the topics that the group has assigned, of which no rebalance is under way
     * @return what it asks for again
     */
    synchronized List<String> askAgain(Set<String> taken, long nanos) {
        List<String> again = new ArrayList<>();
        givenUp.forEach((stream, since) -> {
            Duration away = Duration.ofNanos(nanos - since);
            boolean isTaken = taken.contains(topics.get(stream));
            if (away.compareTo(isTaken ? AWAY : OFFERED) >= 0) {
                again.add(stream);
            }
        });
        again.forEach(givenUp::remove);
        return again;
    }
}
