package io.github.dtstream.mqtt.connection;

import io.github.dtstream.mqtt.link.BrokerLimits;
import io.github.dtstream.mqtt.link.ConnectOptions;
import io.github.dtstream.mqtt.link.Link;
import io.github.dtstream.mqtt.link.Link.LinkEnd;
import io.github.dtstream.mqtt.link.LinkFactory;
import io.github.dtstream.mqtt.link.MqttSettings;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.PublishBatch;
import io.github.dtstream.mqtt.message.PublishFailedException;
import io.github.dtstream.mqtt.message.Refusal;
import io.github.dtstream.time.Timers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
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

    /** So often it is looked how long the broker has owed an answer, as long as there is something to send. */
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(250);

    /** Beyond what a link has for connecting: then it is dead, and its own timers with it. */
    private static final Duration OVERDUE = Duration.ofSeconds(5);

    private static final String STOPPING = "The route is being stopped";

    /** So long after somebody else has said that this client is gone it is contradicted, and so no more often. */
    private static final Duration CONTRADICTION_DELAY = Duration.ofSeconds(1);

    private final MqttSettings settings;
    private final LinkFactory links;
    private final Timers timers;
    private final Executor completions;
    private final Link.Listener listener = new LinkListener();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final PublishPipeline traffic;
    private @Nullable Link link;
    private Timers.Timer overdue = Timers.Timer.NONE;
    private boolean watching;
    private boolean contradicting;
    private boolean closing;

    /**
     * @param timers makes the attempts to connect; what it runs does not block but to read keys and certificates
     * @param completions runs what follows when a batch is done, so that it never holds up the network
     */
    public MqttConnection(
            MqttSettings settings,
            LinkFactory links,
            RandomGenerator random,
            Timers timers,
            Executor completions,
            Clock clock) {
        this.settings = settings;
        this.links = links;
        this.timers = timers;
        this.completions = completions;
        this.traffic = new PublishPipeline(settings, random, clock, this::complete);
    }

    /** Begins to connect; returns at once, whether or not the broker is there. */
    public void start() {
        timers.after(Duration.ZERO, this::open);
    }

    /**
     * Publishes the messages of a batch in their order, after those of all batches before it. Returns at once, unless
     * {@code maxPending} messages wait: then it holds up the caller until there is room.
     *
     * @throws PublishFailedException if the connection is closed; the batch then is not completed
     */
    public void publish(PublishBatch batch) throws InterruptedException, PublishFailedException {
        lock.lockInterruptibly();
        try {
            while (!closing && traffic.pending() >= settings.maxPending()) {
                progress.await();
            }
            if (closing) {
                throw new PublishFailedException("The connection to " + settings.broker() + " is closed");
            }
            traffic.add(batch);
            watchLater();
            pump();
            if (batch.isHurried()) {
                limit(List.of(batch));
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whoever waits for some of the batches is being stopped: they have the grace of a stop while the broker is there, and
     * none while it is away.
     */
    public void hurry(Predicate<PublishBatch> which) {
        lock.lock();
        try {
            List<PublishBatch> hurried =
                    traffic.batches().stream().filter(which).toList();
            hurried.forEach(PublishBatch::hurry);
            if (!hurried.isEmpty()) {
                limit(hurried);
            }
        } finally {
            lock.unlock();
        }
    }

    private void limit(List<PublishBatch> hurried) {
        if (traffic.isConnected()) {
            timers.after(settings.stopGrace(), () -> abandon(hurried));
        } else {
            traffic.abandon(hurried::contains, STOPPING);
        }
    }

    private void abandon(List<PublishBatch> batches) {
        lock.lock();
        try {
            traffic.abandon(batches::contains, STOPPING);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the broker is there; whether it is. */
    public boolean awaitConnected(Duration patience) throws InterruptedException {
        long nanos = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (!traffic.isConnected() && !closing && nanos > 0) {
                nanos = progress.awaitNanos(nanos);
            }
            return traffic.isConnected();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends all batches of a producer: waits for what is in flight as long as the broker is there and the grace lasts,
     * then fails the rest.
     */
    public void withdraw(Object owner) {
        lock.lock();
        try {
            long nanos = settings.stopGrace().toNanos();
            while (traffic.isConnected() && nanos > 0 && traffic.hasBatchOf(owner)) {
                nanos = awaitProgress(nanos);
            }
            traffic.abandon(batch -> batch.owner() == owner, "The producer was stopped");
        } finally {
            lock.unlock();
        }
    }

    /** Fails what is left, publishes that this client is offline, and disconnects. Takes two seconds at most. */
    public void close() {
        lock.lock();
        try {
            closing = true;
            traffic.abandon(batch -> true, "The connection was closed");
            Link last = link;
            if (last != null) {
                farewell(last);
            }
            link = null;
            traffic.disconnected();
        } finally {
            lock.unlock();
        }
    }

    /** What can be said of the connection now; cheap. */
    public MqttStatus status() {
        lock.lock();
        try {
            return traffic.status();
        } finally {
            lock.unlock();
        }
    }

    private void farewell(Link last) {
        long nanos = FAREWELL.toNanos();
        Publication offline = traffic.sayOffline(last);
        while (offline != null && traffic.isConnected() && nanos > 0 && traffic.isInflight(offline)) {
            nanos = awaitProgress(nanos);
        }
        last.disconnect();
        nanos = FAREWELL.toNanos();
        while (traffic.isConnected() && nanos > 0) {
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
        ConnectOptions terms;
        lock.lock();
        try {
            terms = traffic.terms();
        } finally {
            lock.unlock();
        }
        Link next;
        try {
            next = links.create(terms, listener);
        } catch (RuntimeException e) {
            notOpened(e);
            return;
        } catch (Error e) {
            notOpened(e);
            throw e;
        }
        lock.lock();
        try {
            if (closing) {
                return;
            }
            link = next;
            overdue.cancel();
            overdue = timers.after(settings.connectTimeout().multipliedBy(2).plus(OVERDUE), () -> giveUp(next));
        } finally {
            lock.unlock();
        }
        try {
            next.open();
        } catch (RuntimeException e) {
            listener.closed(next, new LinkEnd(LinkEnd.Kind.LOST, String.valueOf(e.getMessage())));
        } catch (Error e) {
            listener.closed(next, new LinkEnd(LinkEnd.Kind.LOST, e.toString()));
            throw e;
        }
    }

    /** A link that neither connects nor fails is replaced by another, like one on which the broker does not answer. */
    private void giveUp(Link dead) {
        lock.lock();
        try {
            if (link != dead || traffic.isConnected() || closing) {
                return;
            }
            link = null;
            ended(new LinkEnd(LinkEnd.Kind.LOST, "the attempt to connect neither succeeded nor failed in time"));
        } finally {
            lock.unlock();
        }
        dead.abandon();
    }

    private void ended(LinkEnd end) {
        openLater(traffic.lost(end));
        traffic.disconnected();
        traffic.abandon(PublishBatch::isHurried, STOPPING);
        complete(List.of());
    }

    /** Not even a link can be made now: that is tried again like any other attempt. */
    private void notOpened(Throwable reason) {
        lock.lock();
        try {
            if (!closing) {
                ended(new LinkEnd(
                        LinkEnd.Kind.LOST,
                        reason instanceof Error ? reason.toString() : String.valueOf(reason.getMessage())));
            }
        } finally {
            lock.unlock();
        }
    }

    private void openLater(Duration delay) {
        timers.after(delay, this::open);
    }

    /** Looks now and then, as long as there is something to send, whether the broker acknowledges what it is sent. */
    private void watchLater() {
        if (!watching) {
            watching = true;
            timers.after(WATCH_INTERVAL, this::watch);
        }
    }

    private void watch() {
        Link silent;
        lock.lock();
        try {
            // before all that may fail: it is looked on after that, too
            watching = false;
            if (traffic.isBusy() && !closing) {
                watchLater();
            }
            silent = renewIfSilent();
        } finally {
            lock.unlock();
        }
        if (silent != null) {
            silent.abandon();
        }
    }

    /** Opens another link in the place of one on which the broker does not answer; that one, or null. */
    private @Nullable Link renewIfSilent() {
        LinkEnd end = traffic.pass(WATCH_INTERVAL);
        Link silent = link;
        if (end == null || silent == null || closing) {
            return null;
        }
        link = null;
        ended(end);
        return silent;
    }

    private void pump() {
        Link current = link;
        if (current != null) {
            traffic.pump(current);
        }
    }

    private void settle(Link source, Publication publication, @Nullable Refusal refusal) {
        traffic.settle(source, publication, refusal);
        if (!closing) {
            pump();
        }
    }

    private void contradict() {
        lock.lock();
        try {
            contradicting = false;
            Link current = link;
            if (current != null && !closing) {
                traffic.contradict(current);
                watchLater();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A route that is not told waits for ever: where no other thread can be had, it is told by this one. */
    private void complete(List<Runnable> done) {
        Error failure = null;
        for (Runnable each : done) {
            try {
                completions.execute(each);
            } catch (Error e) {
                failure = e;
                each.run();
            }
        }
        if (lock.hasWaiters(progress)) {
            progress.signalAll();
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** The MQTT client drops what a listener throws: those who run completions tell of it. */
    private void tell(Throwable failure) {
        completions.execute(() -> {
            if (failure instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(failure);
        });
    }

    /** Hears of the current link; what an older one still says is of no account, for its messages were sent again. */
    private final class LinkListener implements Link.Listener {
        @Override
        public void connected(Link source, BrokerLimits limits) {
            lock.lock();
            try {
                if (source != link || closing) {
                    source.disconnect();
                    return;
                }
                if (!traffic.accepted()) {
                    link = null;
                    source.disconnect();
                    openLater(Duration.ZERO);
                    return;
                }
                overdue.cancel();
                traffic.connected(source, limits);
                progress.signalAll();
                watchLater();
                pump();
            } catch (RuntimeException | Error e) {
                tell(e);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void settled(Link source, Publication publication, @Nullable Refusal refusal) {
            lock.lock();
            try {
                if (source == link) {
                    settle(source, publication, refusal);
                }
            } catch (RuntimeException | Error e) {
                tell(e);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void watching(Link source, boolean allowed) {
            lock.lock();
            try {
                if (source == link) {
                    traffic.watching(allowed);
                }
            } catch (RuntimeException | Error e) {
                tell(e);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void heard(Link source, String payload) {
            lock.lock();
            try {
                if (source == link && !closing && !contradicting && traffic.isContradicted(payload)) {
                    contradicting = true;
                    timers.after(CONTRADICTION_DELAY, MqttConnection.this::contradict);
                }
            } catch (RuntimeException | Error e) {
                tell(e);
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
                overdue.cancel();
                if (closing) {
                    traffic.disconnected();
                    complete(List.of());
                } else {
                    ended(end);
                }
            } catch (RuntimeException | Error e) {
                tell(e);
            } finally {
                lock.unlock();
            }
        }
    }
}
