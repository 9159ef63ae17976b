package io.github.dtstream.cluster.kafka;

import io.github.dtstream.cluster.Holding;
import io.github.dtstream.cluster.StreamGroup;
import io.github.dtstream.cluster.StreamListener;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.thread.ThreadEnd;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group of routers as a consumer group of Kafka. The group assigns each stream to one of the nodes that ask for it, and
 * spreads the streams evenly among those that are ready for them. When a node joins or leaves, as few streams as possible move. The group removes a node that
 * is killed or suspended after six seconds; a node that is closed leaves at once. Thread-safe.
 */
public final class KafkaStreamGroup implements StreamGroup {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaStreamGroup.class);
    /** The same time that the group waits for a node that has to give up a stream. */
    private static final Duration CLOSE = Duration.ofSeconds(30);

    private final Clients clients;
    private final Wishes wishes = new Wishes();
    private final Ticker ticker;
    private final Membership membership;
    private final Thread thread;

    private KafkaStreamGroup(
            Clients clients,
            StreamListener listener,
            Clock clock,
            Ticker ticker,
            Sleeper sleeper,
            Supervisor supervisor) {
        this.clients = clients;
        this.ticker = ticker;
        membership = new Membership(clients, wishes, listener, clock, ticker, sleeper);
        thread = supervisor.thread(
                "dt-group-" + clients.group(),
                "this router takes over no streams, and other routers take over those that it holds",
                AfterFailure.RESTART,
                membership);
    }

    /**
     * Joins a group, and asks for no stream yet.
     *
     * @param listener learns which streams this node holds
     * @param supervisor creates the group's thread
     * @throws IOException if Kafka does not answer, or refuses
     */
    public static KafkaStreamGroup join(
            GroupSettings settings,
            StreamListener listener,
            Clock clock,
            Ticker ticker,
            Sleeper sleeper,
            Supervisor supervisor)
            throws IOException, InterruptedException {
        Clients clients = new Clients(settings);
        try {
            clients.createTopic();
        } catch (KafkaException e) {
            throw new IOException("the group " + settings.group() + " cannot be joined: " + e.getMessage(), e);
        }
        KafkaStreamGroup joined = new KafkaStreamGroup(clients, listener, clock, ticker, sleeper, supervisor);
        joined.thread.start();
        return joined;
    }

    @Override
    public String node() {
        return clients.node();
    }

    @Override
    public void want(String stream) {
        wishes.want(stream, clients.topicOf(stream), ticker.nanos());
    }

    @Override
    public void ready(String stream) {
        wishes.ready(stream);
    }

    @Override
    public void wantNoMore(String stream) {
        membership.because(stream, "no route there uses it any more");
        wishes.wantNoMore(stream);
    }

    @Override
    public void release(String stream, String why) {
        membership.giveUp(stream, why);
    }

    @Override
    public Optional<Holding> holding(String stream) {
        return Optional.ofNullable(wishes.all().get(stream)).map(topic -> membership.holding(stream, topic));
    }

    @Override
    public boolean hasOthers() {
        return membership.hasOthers();
    }

    @Override
    public List<Holding> holdings() {
        List<Holding> all = new ArrayList<>();
        wishes.all().forEach((stream, topic) -> all.add(membership.holding(stream, topic)));
        all.sort(Comparator.comparing(Holding::stream));
        return all;
    }

    @Override
    public void close() {
        membership.close();
        ThreadEnd.await(thread, CLOSE);
        if (thread.isAlive()) {
            LOG.warn("This router did not leave the group {} in time; the group removes it soon", clients.group());
        }
    }
}
