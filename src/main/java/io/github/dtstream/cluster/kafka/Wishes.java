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
 * The streams that a node asks for. A node that gives up a stream leaves it to the other nodes, and with it all that it
 * does not hold. It asks again for a stream if no node takes it, or after a long while. Of a new wish it tells the group
 * that it is not ready for the stream, until it is, or after a long while. Thread-safe.
 */
final class Wishes {
    /** How long the other nodes have to take a stream before this node asks for it again. */
    static final Duration OFFERED = Duration.ofSeconds(5);

    /** When a node asks again for a stream that another node holds: the reason for giving it up may be over by then. */
    static final Duration AWAY = Duration.ofMinutes(10);

    /** How long a node tries one of the streams that it gave up before it asks for the others: it gives it up after a minute. */
    static final Duration TRIAL = Duration.ofMinutes(2);

    /** How long a node that does not become ready for a stream leaves the stream to a node that is. */
    static final Duration UNREADY = Duration.ofMinutes(10);

    // all guarded by this
    /** Stream to topic. */
    private final Map<String, String> topics = new TreeMap<>();
    /** Topic to stream. */
    private final Map<String, String> streams = new HashMap<>();
    /** Stream to the time at which it was given up. */
    private final Map<String, Long> givenUp = new TreeMap<>();
    /** Those of them that were not only left to the others with another one. */
    private final Set<String> released = new TreeSet<>();
    /** Whether the node has asked again for one of them, and given up nothing since. */
    private boolean hasTried;
    /** Stream for which the node is not ready to the time since when it wants the stream. */
    private final Map<String, Long> unready = new TreeMap<>();
    /** The topics of the streams for which the node was not ready when it told the group so last. */
    private Set<String> told = Set.of();

    synchronized void want(String stream, String topic, long nanos) {
        if (topics.put(stream, topic) == null) {
            unready.put(stream, nanos);
        }
        streams.put(topic, stream);
    }

    /** The node is ready for a stream. */
    synchronized void ready(String stream) {
        unready.remove(stream);
    }

    /** The topics of the streams for which the node is not ready, for the group, which is about to be told. */
    synchronized Set<String> tellUnready() {
        Set<String> now = new TreeSet<>();
        unready.keySet().forEach(stream -> now.add(topics.get(stream)));
        told = now;
        return now;
    }

    /**
     * Whether the group has to be told that the node is ready for other streams than it was, besides those that it holds:
     * the group knows that it is ready for these.
     *
     * @param held the topics of the streams that the node holds
     */
    synchronized boolean isReadyForMore(Set<String> held, long nanos) {
        unready.values().removeIf(since -> nanos - since >= UNREADY.toNanos());
        return told.stream().anyMatch(topic -> {
            String stream = streams.get(topic);
            return stream != null && !unready.containsKey(stream) && !held.contains(topic);
        });
    }

    synchronized void wantNoMore(String stream) {
        streams.remove(topics.remove(stream));
        givenUp.remove(stream);
        released.remove(stream);
        unready.remove(stream);
    }

    /**
     * The node gives a stream up, and leaves to the other nodes what it does not hold. If it went on to ask for that, the
     * group would even out what the node gives up, and assign a stream to it that another node serves.
     *
     * @param held the topics of the streams that the node holds
     */
    synchronized void giveUp(String stream, Set<String> held, long nanos) {
        if (!topics.containsKey(stream)) {
            return;
        }
        hasTried = false;
        released.add(stream);
        topics.forEach((each, topic) -> {
            if (each.equals(stream) || !held.contains(topic)) {
                givenUp.put(each, nanos);
            }
        });
    }

    /** The topics of the streams that the node asks for now. */
    synchronized Set<String> askedTopics() {
        Set<String> asked = new TreeSet<>();
        topics.forEach((stream, topic) -> {
            if (!givenUp.containsKey(stream)) {
                asked.add(topic);
            }
        });
        return asked;
    }

    /** Whether there are streams that the node leaves to others at present. */
    synchronized boolean hasGivenUp() {
        return !givenUp.isEmpty();
    }

    /** The topics of all wanted streams, also of those that were given up. */
    synchronized Map<String, String> all() {
        return Map.copyOf(topics);
    }

    /** The stream of a topic; empty if the stream is not wanted any more. */
    synchronized Optional<String> streamOf(String topic) {
        return Optional.ofNullable(streams.get(topic));
    }

    /**
     * Asks again for streams that no node has taken, and after a long while for those that others have: first for one
     * that it released, as the reason for which the node gave it up may not be over, and {@link #TRIAL} later for all, if
     * the node has given up nothing meanwhile.
     *
     * @param taken the topics that are assigned to a node, while no rebalance is under way
     * @return the streams that the node asks for again
     */
    synchronized List<String> askAgain(Set<String> taken, long nanos) {
        List<String> again = new ArrayList<>();
        List<String> afterLong = new ArrayList<>();
        givenUp.forEach((stream, since) -> {
            Duration away = Duration.ofNanos(nanos - since);
            boolean isTaken = taken.contains(topics.get(stream));
            if (away.compareTo(isTaken ? AWAY : OFFERED) >= 0) {
                (isTaken ? afterLong : again).add(stream);
            }
        });
        if (hasTried) {
            again.addAll(afterLong);
        } else if (!afterLong.isEmpty()) {
            hasTried = true;
            again.add(afterLong.stream().filter(released::contains).findFirst().orElse(afterLong.get(0)));
            long earliest = nanos - AWAY.minus(TRIAL).toNanos();
            givenUp.replaceAll((stream, since) -> Math.max(since, earliest));
        }
        again.forEach(givenUp::remove);
        released.retainAll(givenUp.keySet());
        return again;
    }
}
