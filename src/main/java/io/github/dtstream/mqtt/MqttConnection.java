package io.github.dtstream.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttTopic;
import io.github.dtstream.mqtt.Link.LinkEnd;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a broker that lasts: it keeps messages until the broker has acknowledged them, over any number of
 * network connections, and makes these again for ever. What was not acknowledged when one of them ended is sent again
 * on the next, in the order of before, ahead of everything that came later.
 *
 * <p>Thread-safe. All mutable state is guarded by {@code lock}, which is never held while anything blocks or while code
 * of others runs; completions of batches run on an executor of their own.
 */
public final class MqttConnection {
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    /** A connection that lasted this long was sound, even if it was idle. */
    private static final Duration SOUND = Duration.ofSeconds(10);

    /** So many messages are sent without holding any back. */
    private static final int SMALL_PILE = 100;

    private static final Duration WATCH_INTERVAL = Duration.ofMillis(250);

    private final MqttSettings settings;
    private final LinkFactory links;
    private final ReconnectDelay reconnectDelay;
    private final ScheduledExecutorService timer;
    private final Executor completions;
    private final ConnectionLog log;
    private final Link.Listener listener = new LinkListener();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final Outbox outbox = new Outbox();
    private final Suspicion suspicion = new Suspicion();
    private final ConnectionTally tally;
    private @Nullable Link link;
    private @Nullable Publication announced;
    private int window;

    /**
     * How many of the messages in hand are out: half, so that each acknowledgement sends another. If all were sent,
     * nothing would be left to send for a while, and this side's kernel would take 40 ms to confirm what it receives; a
     * broker that does not set TCP_NODELAY, as mosquitto by default, sends no further acknowledgements until then.
     */
    private int share = SMALL_PILE;

    private int failures;
    private boolean watching;
    private boolean closing;

    /**
     * @param timer makes the attempts to connect; nothing that it runs blocks
     * @param completions runs what follows when a batch is done, so that it never holds up the network
     */
    MqttConnection(
            MqttSettings settings,
            LinkFactory links,
            ReconnectDelay reconnectDelay,
            ScheduledExecutorService timer,
            Executor completions,
            Clock clock) {
        this.settings = settings;
        this.links = links;
        this.reconnectDelay = reconnectDelay;
        this.timer = timer;
        this.completions = completions;
        this.log = new ConnectionLog(settings);
        this.tally = new ConnectionTally(clock);
    }

    /** Begins to connect; returns at once, whether or not the broker is there. */
    void start() {
        timer.execute(this::open);
    }

    /**
     * Publishes the messages of a batch in their order, after those of all batches before it. Returns at once, unless
     * {@code maxPending} messages wait: then it holds up the caller until there is room.
     *
     * @throws PublishFailedException if the connection is closed; the batch then is not completed
     */
    void publish(PublishBatch batch) throws InterruptedException, PublishFailedException {
        lock.lockInterruptibly();
        try {
            while (!closing && outbox.size() >= settings.maxPending()) {
                progress.await();
            }
            if (closing) {
                throw new PublishFailedException("The connection to " + settings.broker() + " is closed", List.of());
            }
            outbox.add(batch);
            share = Math.max(SMALL_PILE, Math.max(outbox.size() / 2, outbox.inflight() + 1));
            watchLater();
            pump();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends all batches of a producer: waits for what is in flight as long as the broker is there and the grace lasts,
     * then fails the rest.
     */
    void withdraw(Object owner) {
        lock.lock();
        try {
            long nanos = settings.stopGrace().toNanos();
            while (tally.isConnected() && nanos > 0 && outbox.hasBatchOf(owner)) {
                nanos = awaitProgress(nanos);
            }
            complete(outbox.abandon(batch -> batch.owner() == owner, "The producer was stopped", tally.lastError()));
        } finally {
            lock.unlock();
        }
    }

    /** Fails what is left, publishes that this client is offline, and disconnects. Takes two seconds at most. */
    void close() {
        lock.lock();
        try {
            closing = true;
            complete(outbox.abandon(batch -> true, "The connection was closed", tally.lastError()));
            Link last = link;
            if (last != null) {
                farewell(last);
            }
            link = null;
            tally.disconnected();
        } finally {
            lock.unlock();
        }
    }

    /** What can be said of the connection now; cheap. */
    public MqttStatus status() {
        lock.lock();
        try {
            return tally.status(settings, outbox.inflight(), outbox.waiting());
        } finally {
            lock.unlock();
        }
    }

    private void farewell(Link last) {
        Presence presence = settings.presence();
        long nanos = FAREWELL.toNanos();
        if (tally.isConnected() && presence != null) {
            Publication offline = announcement(presence, presence.offline());
            send(last, offline);
            while (tally.isConnected() && nanos > 0 && outbox.isInflight(offline)) {
                nanos = awaitProgress(nanos);
            }
        }
        last.disconnect();
        nanos = FAREWELL.toNanos();
        while (tally.isConnected() && nanos > 0) {
            nanos = awaitProgress(nanos);
        }
    }

    private long awaitProgress(long nanos) {
        try {
            return progress.awaitNanos(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private void open() {
        Link next;
        lock.lock();
        try {
            if (closing) {
                return;
            }
            next = links.create(listener);
            link = next;
        } finally {
            lock.unlock();
        }
        next.open();
    }

    /** Looks now and then whether routes are being stopped, as long as batches are open: see {@link PublishBatch}. */
    private void watchLater() {
        if (!watching) {
            watching = true;
            timer.schedule(this::watch, WATCH_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void watch() {
        List<PublishBatch> open;
        lock.lock();
        try {
            open = outbox.batches();
        } finally {
            lock.unlock();
        }
        // asked outside the lock, for it is Camel that answers
        List<PublishBatch> unwanted =
                open.stream().filter(PublishBatch::isUnwanted).toList();
        lock.lock();
        try {
            Duration grace = tally.isConnected() ? settings.stopGrace() : Duration.ZERO;
            unwanted.forEach(batch -> batch.growImpatient(WATCH_INTERVAL));
            complete(
                    outbox.abandon(batch -> batch.isImpatient(grace), "The route is being stopped", tally.lastError()));
            watching = false;
            if (!outbox.batches().isEmpty() && !closing) {
                watchLater();
            }
        } finally {
            lock.unlock();
        }
    }

    private void pump() {
        Link current = link;
        if (current == null || !tally.isConnected()) {
            return;
        }
        while (outbox.inflight() < suspicion.window(Math.min(window, share))) {
            Publication next = outbox.next();
            if (next == null) {
                return;
            }
            send(current, next);
        }
    }

    private void send(Link current, Publication publication) {
        outbox.sent(publication);
        current.send(publication);
    }

    private Publication announcement(Presence presence, String payload) {
        return new Publication(
                MqttTopic.of(presence.topic()),
                payload.getBytes(StandardCharsets.UTF_8),
                Qos.of(presence.qos()),
                presence.retained(),
                MessageProperties.NONE,
                null,
                0);
    }

    private void settle(Publication publication, @Nullable Refusal refusal) {
        if (publication.batch() != null) {
            suspicion.clear();
            if (refusal == null) {
                tally.acknowledged();
            } else {
                tally.refused();
            }
        }
        complete(outbox.settle(publication, refusal));
        if (!closing) {
            pump();
        }
    }

    private void complete(List<Runnable> done) {
        done.forEach(completions::execute);
        if (lock.hasWaiters(progress)) {
            progress.signalAll();
        }
    }

    private void lost(LinkEnd end) {
        boolean wasConnected = tally.isConnected();
        boolean progressed = wasConnected && tally.hasProgressed();
        boolean sound = progressed || (wasConnected && tally.lasted().compareTo(SOUND) > 0);
        failures = sound && end.kind() == LinkEnd.Kind.LOST ? 0 : failures + 1;
        if (wasConnected && !progressed && end.kind() == LinkEnd.Kind.LOST) {
            suspect(end);
        }
        outbox.takeBack();
        Duration delay =
                end.kind() == LinkEnd.Kind.NOT_ADMITTED ? reconnectDelay.longest() : reconnectDelay.after(failures);
        log.closed(end, wasConnected, failures, outbox.size(), delay);
        timer.schedule(this::open, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void suspect(LinkEnd end) {
        List<Publication> out = outbox.inflightOfBatches();
        if (out.isEmpty()) {
            return;
        }
        boolean proven = announced != null && !outbox.isInflight(announced);
        Refusal refusal = suspicion.ended(tally.lasted(), proven, out.get(0), out.size() == 1, end.reason());
        if (refusal != null) {
            tally.refused();
            log.refused(refusal);
            complete(outbox.settle(out.get(0), refusal));
        }
    }

    /** Hears of the current link; what an older one still says is of no account, for its messages were sent again. */
    private final class LinkListener implements Link.Listener {
        @Override
        public void connected(Link source, int admitted) {
            lock.lock();
            try {
                if (source != link || closing) {
                    source.disconnect();
                    return;
                }
                window = admitted;
                tally.connected();
                log.connected(outbox.size());
                Presence presence = settings.presence();
                if (presence != null) {
                    announced = announcement(presence, presence.online());
                    send(source, announced);
                }
                pump();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void acknowledged(Link source, Publication publication) {
            lock.lock();
            try {
                if (source == link) {
                    settle(publication, null);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void refused(Link source, Publication publication, Refusal refusal) {
            lock.lock();
            try {
                if (source == link) {
                    log.refused(refusal);
                    settle(publication, refusal);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void closed(Link source, LinkEnd end) {
            lock.lock();
            try {
                if (source != link) {
                    return;
                }
                link = null;
                if (!closing) {
                    tally.error(end.reason());
                    lost(end);
                }
                tally.disconnected();
                complete(List.of());
            } finally {
                lock.unlock();
            }
        }
    }
}
