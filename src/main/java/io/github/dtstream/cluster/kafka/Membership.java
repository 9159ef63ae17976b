package io.github.dtstream.cluster.kafka;

import io.github.dtstream.cluster.Holding;
import io.github.dtstream.cluster.StreamListener;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's membership in the group. Its thread is the only one that calls the listener. While the brokers are
 * unreachable, it waits and keeps its streams: the group cannot assign them to other nodes then. After a failure, {@link
 * #run} joins the group again.
 */
final class Membership implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration LEAVE = Duration.ofSeconds(3);
    private static final Members.Found NOTHING = new Members.Found(0, Map.of());
    /** After so long without an answer, the newest one may have become wrong. */
    private static final long SILENT_NANOS = Duration.ofSeconds(15).toNanos();

    private static final String STOPPED = "it was stopped";
    private static final String BALANCED = "the group rebalanced its streams";

    private final Clients clients;
    private final Wishes wishes;
    private final StreamListener listener;
    private final Clock clock;
    private final Ticker ticker;
    private final Sleeper sleeper;
    /** The newest hand-over, by stream. */
    private final ConcurrentHashMap<String, HandOver> last = new ConcurrentHashMap<>();
    /** By stream, why this node is about to give it up. Removed when that is done, or when the stream is assigned again. */
    private final Map<String, String> reasons = new ConcurrentHashMap<>();
    /** By topic, the streams that are assigned to this node. Written by the group's thread. */
    private final Map<String, String> held = new ConcurrentHashMap<>();
    /** The coordinator's newest answer, and when it last answered. Written by the group's thread. */
    private volatile Members.Found found = NOTHING;

    private volatile long answeredNanos;

    private volatile boolean closing;
    /** While {@link #run} runs, the consumer that it polls. */
    private volatile @Nullable Consumer<byte[], byte[]> polled;
    /** Used only by the group's thread. */
    private Set<String> subscribed = Set.of();

    Membership(Clients clients, Wishes wishes, StreamListener listener, Clock clock, Ticker ticker, Sleeper sleeper) {
        this.clients = clients;
        this.wishes = wishes;
        this.listener = listener;
        this.clock = clock;
        this.ticker = ticker;
        this.sleeper = sleeper;
        answeredNanos = ticker.nanos();
    }

    @Override
    public void run() {
        subscribed = Set.of();
        try (Members members = new Members(clients, ticker.nanos());
                HandOvers handOvers = HandOvers.open(clients, clock, last);
                Member member = new Member(clients.member(wishes), members, handOvers)) {
            polled = member.consumer;
            while (!closing) {
                member.turn();
                handOvers.turn();
                look(members);
            }
        } catch (WakeupException e) {
            LOG.debug("The thread of the group {} was woken", clients.group());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (AuthorizationException e) {
            throw Clients.explained(e);
        } finally {
            polled = null;
            found = NOTHING;
        }
    }

    private void look(Members members) throws InterruptedException {
        Members.Found now = members.turn(ticker.nanos());
        answeredNanos = members.answeredNanos();
        if (now != null) {
            found = now;
            for (String stream : wishes.askAgain(now.nodes().keySet(), ticker.nanos())) {
                LOG.info(
                        "This router asks the group {} again for {}, which it had left to the others",
                        clients.group(),
                        stream);
            }
        }
    }

    /** Makes the thread leave the group and end. */
    void close() {
        closing = true;
        Consumer<byte[], byte[]> woken = polled;
        if (woken != null) {
            woken.wakeup();
        }
    }

    /** Sets the reason why a stream is given up. Call it before the stream is removed from the wishes. */
    void because(String stream, String why) {
        reasons.put(stream, why);
    }

    /** Gives up a stream, and leaves to the other nodes what this node does not hold. */
    void giveUp(String stream, String why) {
        because(stream, why);
        wishes.giveUp(stream, held.keySet(), ticker.nanos());
    }

    boolean hasOthers() {
        return found.count() > 1;
    }

    /** The holder of a stream. */
    Holding holding(String stream, String topic) {
        boolean isHere = held.containsKey(topic);
        if (!isHere && ticker.nanos() - answeredNanos > SILENT_NANOS) {
            return new Holding(stream, null, null, "Kafka does not say who holds it");
        }
        String node = isHere ? clients.node() : found.nodes().get(topic);
        HandOver latest = last.get(stream);
        if (latest == null) {
            return new Holding(stream, node, null, "");
        }
        if (node == null) {
            return new Holding(stream, null, null, latest.toString());
        }
        boolean isOfNode = latest.isTaken() && latest.node().equals(node);
        return new Holding(stream, node, isOfNode ? latest.at() : null, isOfNode ? latest.why() : "");
    }

    /** The consumer and its callbacks. It fetches no records. */
    private final class Member implements ConsumerRebalanceListener, AutoCloseable {
        private final Consumer<byte[], byte[]> consumer;
        private final Members members;
        private final HandOvers handOvers;

        Member(Consumer<byte[], byte[]> consumer, Members members, HandOvers handOvers) {
            this.consumer = consumer;
            this.members = members;
            this.handOvers = handOvers;
        }

        void turn() throws InterruptedException {
            Set<String> asked = wishes.askedTopics();
            if (asked.isEmpty() && wishes.hasGivenUp()) {
                // it stays a member, so that the others know of it
                asked = Set.of(clients.holders().topic());
            }
            if (!asked.equals(subscribed)) {
                subscribe(asked);
            }
            if (subscribed.isEmpty()) {
                sleeper.sleep(POLL);
            } else {
                if (wishes.isReadyForMore(held.keySet(), ticker.nanos())) {
                    // asked for until the group was told: it has no effect while a rebalance is under way
                    consumer.enforceRebalance("the node is ready for other streams");
                }
                consumer.poll(POLL);
            }
        }

        private void subscribe(Set<String> asked) throws InterruptedException {
            try {
                members.make(asked);
                subscribed = asked;
                consumer.subscribe(asked, this);
            } catch (IOException e) {
                LOG.warn(
                        "This router cannot ask the group {} for streams, and tries again: {}",
                        clients.group(),
                        e.getMessage());
                sleeper.sleep(POLL);
            }
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            Set<String> streams = new TreeSet<>();
            for (TopicPartition partition : partitions) {
                // with a position set here, the consumer does not look up a committed offset
                consumer.seek(partition, 0);
                wishes.streamOf(partition.topic()).ifPresent(stream -> {
                    reasons.remove(stream);
                    wishes.ready(stream);
                    held.put(partition.topic(), stream);
                    streams.add(stream);
                });
            }
            consumer.pause(partitions);
            if (!streams.isEmpty()) {
                handOvers.taken(streams);
                listener.assigned(streams);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            Set<String> streams = streamsOf(partitions);
            if (streams.isEmpty()) {
                return;
            }
            Map<String, String> told = new TreeMap<>();
            for (String stream : streams) {
                String reason = reasons.remove(stream);
                told.put(stream, reason != null ? reason : closing ? STOPPED : BALANCED);
            }
            handOvers.givenUp(told, () -> listener.revoked(streams));
            partitions.forEach(partition -> held.remove(partition.topic()));
            LOG.info("This router gives up to the group {}: {}", clients.group(), told);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            Set<String> streams = streamsOf(partitions);
            if (streams.isEmpty()) {
                return;
            }
            partitions.forEach(partition -> held.remove(partition.topic()));
            LOG.warn(
                    "The group {} has removed this router, and may have assigned to others: {}",
                    clients.group(),
                    String.join(", ", streams));
            handOvers.lost(streams);
            listener.lost(streams);
        }

        private Set<String> streamsOf(Collection<TopicPartition> partitions) {
            Set<String> streams = new TreeSet<>();
            for (TopicPartition partition : partitions) {
                String stream = held.get(partition.topic());
                if (stream != null) {
                    streams.add(stream);
                }
            }
            return streams;
        }

        /**
         * Leaves the group, so that other nodes take over this node's streams at once. Gives the streams up before that: if a
         * rebalance is under way, the consumer would call them lost, and leave the group before they have ended.
         */
        @Override
        public void close() {
            try {
                onPartitionsRevoked(ofHeld());
                consumer.close(LEAVE);
            } finally {
                onPartitionsLost(ofHeld());
            }
        }

        private List<TopicPartition> ofHeld() {
            return held.keySet().stream()
                    .map(topic -> new TopicPartition(topic, 0))
                    .toList();
        }
    }
}
