package io.github.dtstream.cluster.kafka;

import io.github.dtstream.cluster.Holding;
import io.github.dtstream.cluster.StreamListener;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's part in the group, and the one thread that calls the listener. While brokers are away it waits, and keeps what it has:
 * nobody else can be assigned anything then. When it runs again after a failure it joins anew.
 */
final class Membership implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LEAVE = Duration.ofSeconds(3);
    private static final Members.Found NOTHING = new Members.Found(0, Map.of());
    private static final String STOPPED = "it was stopped";
    private static final String BALANCED = "the group spread its streams anew";

    private final Clients clients;
    private final Wishes wishes;
    private final StreamListener listener;
    private final Clock clock;
    private final Ticker ticker;
    private final Sleeper sleeper;
    /** What happened last, by stream. */
    private final ConcurrentHashMap<String, HandOver> last = new ConcurrentHashMap<>();
    /** Why a stream is to be given up; until it is, or assigned again. */
    private final Map<String, String> reasons = new ConcurrentHashMap<>();
    /** The stream of each topic that is assigned to this node. Written by the thread. */
    private final Map<String, String> held = new ConcurrentHashMap<>();
    /** What the coordinator said. Written by the thread. */
    private volatile Members.Found found = NOTHING;

    private volatile boolean closing;
    /** Owned by the thread. */
    private Set<String> subscribed = Set.of();

    Membership(Clients clients, Wishes wishes, StreamListener listener, Clock clock, Ticker ticker, Sleeper sleeper) {
        this.clients = clients;
        this.wishes = wishes;
        this.listener = listener;
        this.clock = clock;
        this.ticker = ticker;
        this.sleeper = sleeper;
    }

    @Override
    public void run() {
        subscribed = Set.of();
        try (Members members = new Members(clients);
                HandOvers handOvers = new HandOvers(clients, clock, last);
                Member member = new Member(clients.member(), members, handOvers)) {
            while (!closing) {
                member.turn();
                handOvers.turn();
                look(members);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            found = NOTHING;
        }
    }

    private void look(Members members) throws InterruptedException {
        Members.Found now = members.turn(ticker.nanos());
        if (now != null) {
            found = now;
            for (String stream : wishes.askAgain(now.nodes().keySet(), ticker.nanos())) {
                LOG.info(
                        "This router asks the group {} for {} again, which it gave up a while ago",
                        clients.group(),
                        stream);
            }
        }
    }

    /** Leaves the group; the thread ends when it has. */
    void close() {
        closing = true;
    }

    /** Has a stream given up with the next turn; to be called before the wish goes. */
    void because(String stream, String why) {
        reasons.put(stream, why);
    }

    boolean hasOthers() {
        return found.count() > 1;
    }

    /** Who holds a stream. */
    Holding holding(String stream, String topic) {
        String node = held.containsKey(topic) ? clients.node() : found.nodes().get(topic);
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

    /** The consumer, and what it is told. It fetches nothing. */
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
            if (!asked.equals(subscribed)) {
                subscribe(asked);
            }
            if (subscribed.isEmpty()) {
                sleeper.sleep(POLL);
            } else {
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
                // A place of its own, so that none is looked up.
                consumer.seek(partition, 0);
                wishes.streamOf(partition.topic()).ifPresent(stream -> {
                    reasons.remove(stream);
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
            listener.revoked(streams);
            partitions.forEach(partition -> held.remove(partition.topic()));
            Map<String, String> told = new TreeMap<>();
            for (String stream : streams) {
                String reason = reasons.remove(stream);
                told.put(stream, reason != null ? reason : closing ? STOPPED : BALANCED);
            }
            LOG.info("This router gives up to the group {}: {}", clients.group(), told);
            handOvers.givenUp(told);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            Set<String> streams = streamsOf(partitions);
            if (streams.isEmpty()) {
                return;
            }
            partitions.forEach(partition -> held.remove(partition.topic()));
            LOG.warn(
                    "The group {} took this router for gone, and may have others stream {}",
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

        /** Leaves the group, so that others get at once what this node has. */
        @Override
        public void close() {
            try {
                consumer.close(LEAVE);
            } finally {
                List<TopicPartition> left = new ArrayList<>();
                held.keySet().forEach(topic -> left.add(new TopicPartition(topic, 0)));
                onPartitionsLost(left);
            }
        }
    }
}
