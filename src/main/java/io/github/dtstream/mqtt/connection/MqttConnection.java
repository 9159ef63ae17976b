package io.github.dtstream.mqtt.connection;

import io.github.dtstream.mqtt.link.BrokerLimits;
import io.github.dtstream.mqtt.link.ConnectOptions;
import io.github.dtstream.mqtt.link.Link;
import io.github.dtstream.mqtt.link.Link.LinkEnd;
import io.github.dtstream.mqtt.link.LinkFactory;
import io.github.dtstream.mqtt.link.MqttSettings;
import io.github.dtstream.mqtt.message.Completion;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.PublishBatch;
import io.github.dtstream.mqtt.message.PublishFailedException;
import io.github.dtstream.mqtt.message.Refusal;
import io.github.dtstream.time.Ticker;
import io.github.dtstream.time.Timers;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A lasting connection to a broker. It keeps messages until the broker has acknowledged them, over any number of
 * network connections, and makes new ones without limit. Messages without an acknowledgement at the end of a network
 * connection are sent again on the next, in their earlier order, before all later ones.
 *
 * <p>Thread-safe. All mutable state is guarded by {@code lock}, which is never held while a call blocks or foreign code
 * runs. Completions of batches run on other threads.
 */
public final class MqttConnection {
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    /** The interval of checks for overdue acknowledgements, while there is something to send. */
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(250);

    /**
     * How much longer than the limit for connecting an attempt may take; then the link is dead, with its own timers.
     */
    private static final Duration OVERDUE = Duration.ofSeconds(5);

    private static final String STOPPING = "The route is being stopped";

    /** The delay, and so the shortest interval, of correcting another client's message that this client is offline. */
    private static final Duration CONTRADICTION_DELAY = Duration.ofSeconds(1);

    private final MqttSettings settings;
    private final LinkFactory links;
    private final Timers timers;
    private final Completions completions;
    private final Link.Listener listener = new LinkListener();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final PublishPipeline traffic;
    /** Batches that are not published yet, as too many messages wait. */
    private final Set<PublishBatch> wantRoom = new HashSet<>();

    private @Nullable Link link;
    private Timers.Timer overdue = Timers.Timer.NONE;
    private boolean watching;
    private boolean contradicting;
    private boolean closing;

    /** Other threads. */
    @FunctionalInterface
    public interface Completions {
        /**
         * Runs a completion on another thread, after the earlier ones of the same owner.
         *
         * @throws Error if no thread can be had
         */
        void execute(Object owner, Runnable completion);
    }

    /**
     * @param timers makes the attempts to connect; its tasks only block to read keys and certificates
     * @param completions runs the completions of batches, so that they delay neither the network nor each other
     * @param clock the time that people see, which may be corrected
     * @param ticker measures durations
     */
    public MqttConnection(
            MqttSettings settings,
            LinkFactory links,
            RandomGenerator random,
            Timers timers,
            Completions completions,
            Clock clock,
            Ticker ticker) {
        this.settings = settings;
        this.links = links;
        this.timers = timers;
        this.completions = completions;
        this.traffic = new PublishPipeline(settings, random, clock, ticker, this::complete);
    }

    /** Starts to connect; returns at once, whether or not the broker is reachable. */
    public void start() {
        timers.after(Duration.ZERO, this::open);
    }

    /**
     * Publishes the messages of a batch in their order, after those of all earlier batches. Returns at once, unless
     * {@code maxPending} messages wait: then it waits for room.
     *
     * @throws PublishFailedException if the connection is closed; the batch is not completed then
     */
    public void publish(PublishBatch batch) throws InterruptedException, PublishFailedException {
        lock.lockInterruptibly();
        try {
            awaitRoomFor(batch);
            add(batch);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits while {@code maxPending} messages wait, unless the route of the batch is being stopped. For callers that must not
     * wait while they {@link #publishAtOnce}.
     */
    public void awaitRoom(PublishBatch batch) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            awaitRoomFor(batch);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Publishes the messages of a batch like {@link #publish}, but also without room for them.
     *
     * @throws PublishFailedException if the connection is closed; the batch is not completed then
     */
    public void publishAtOnce(PublishBatch batch) throws PublishFailedException {
        lock.lock();
        try {
            add(batch);
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoomFor(PublishBatch batch) throws InterruptedException {
        wantRoom.add(batch);
        try {
            while (!closing && !batch.isHurried() && traffic.pending() >= settings.maxPending()) {
                progress.await();
            }
        } finally {
            wantRoom.remove(batch);
        }
    }

    private void add(PublishBatch batch) throws PublishFailedException {
        if (closing) {
            throw new PublishFailedException("The connection to " + settings.broker() + " is closed");
        }
        traffic.add(batch);
        watchLater();
        pump();
        if (batch.isHurried()) {
            limit(List.of(batch));
        }
    }

    /**
     * Notes that the routes of some batches are being stopped: these batches get the grace period of a stop if the
     * broker is connected, and none otherwise. They do not wait for room any more.
     */
    public void hurry(Predicate<PublishBatch> which) {
        lock.lock();
        try {
            wantRoom.stream().filter(which).forEach(PublishBatch::hurry);
            progress.signalAll();
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

    /** Waits until the broker is connected; returns whether it is. */
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
     * Ends all batches of a producer: waits for messages in flight while the broker is connected and the grace period
     * lasts, then fails the rest.
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

    /**
     * Fails all remaining batches, publishes that this client is offline, and disconnects. Takes two seconds at most.
     */
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

    /** The present state of the connection; cheap. */
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

    /** Replaces a link that neither connects nor fails by another, like a link whose broker does not answer. */
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
        PublishPipeline.Lost lost = traffic.lost(end);
        openLater(lost.delay());
        traffic.disconnected();
        try {
            traffic.abandon(PublishBatch::isHurried, STOPPING);
        } finally {
            // This comes last, as it fails where no thread can be had.
            complete(lost.completions());
        }
    }

    /** Schedules the next attempt, as a link could not even be made. */
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

    /** Schedules the checks for overdue acknowledgements, while there is something to send. */
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
            // This comes before everything that may fail, so that checks continue after a failure.
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

    /** Replaces a link whose broker does not answer; returns the old link, or null. */
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

    /**
     * Completes batches. If no other thread is available, this thread does it, as a route would otherwise wait for
     * ever.
     */
    private void complete(List<Completion> done) {
        Error failure = null;
        for (Completion each : done) {
            try {
                completions.execute(each.owner(), each);
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

    /** Reports a failure, as the MQTT client drops exceptions of listeners. */
    private void tell(Throwable failure) {
        completions.execute(this, () -> {
            if (failure instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(failure);
        });
    }

    /**
     * Gets the messages of the current link. Messages of an older link are ignored, as its publications were sent
     * again.
     */
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
