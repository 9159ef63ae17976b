package io.github.dtstream.cluster.kafka;

import io.github.dtstream.cluster.Holding;
import io.github.dtstream.cluster.StreamGroup;
import io.github.dtstream.cluster.StreamListener;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
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
 * A group of routers by Kafka: each stream is assigned to one of those that ask for it, spread evenly, and moved as little as
 * may be when a router comes or goes. One that is killed or stands still is taken for gone after six seconds; one that is closed
 * leaves at once. Thread-safe.
 */
public final class KafkaStreamGroup implements StreamGroup {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaStreamGroup.class);
    /** As long as the group waits for who gives up a stream. */
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
                "this router takes no stream over, and another one takes over those that it has",
                AfterFailure.RESTART,
                membership);
    }

    /**
     * Joins a group, and asks for nothing yet.
     *
     * @param listener is told what this node has to stream
     * @param supervisor makes the group's thread
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
        wishes.want(stream, clients.topicOf(stream));
    }

    @Override
    public void wantNoMore(String stream) {
        membership.because(stream, "it does not want it any more");
        wishes.wantNoMore(stream);
    }

    @Override
    public void release(String stream, String why) {
        membership.because(stream, why);
        wishes.giveUp(stream, ticker.nanos());
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
        try {
            thread.join(CLOSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("The group {} was not left in time; it takes this router for gone in a while", clients.group());
        }
    }
}
