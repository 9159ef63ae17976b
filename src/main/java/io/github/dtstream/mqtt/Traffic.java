package io.github.dtstream.mqtt;

import io.github.dtstream.mqtt.Link.LinkEnd;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What goes over a connection's links, one after the other: which message is sent when, what becomes of it, and how long
 * to wait for the next link. Not thread-safe: guarded by the lock of its connection.
 */
final class Traffic {
    /** A connection that lasted this long was sound, even if it was idle. */
    private static final Duration SOUND = Duration.ofSeconds(10);

    /** So many messages are sent without holding any back. */
    private static final int SMALL_PILE = 100;

    private final MqttSettings settings;
    private final ReconnectDelay reconnectDelay;
    private final Consumer<List<Runnable>> completed;
    private final ConnectionLog log;
    private final Outbox outbox = new Outbox();
    private final Suspicion suspicion = new Suspicion();
    private final ConnectionTally tally;
    private @Nullable Publication announced;
    private int window;

    /**
     * How many of the messages in hand are out: half, so that each acknowledgement sends another. If all were sent,
     * nothing would be left to send for a while, and this side's kernel would take 40 ms to confirm what it receives; a
     * broker that does not set TCP_NODELAY, as mosquitto by default, sends no further acknowledgements until then.
     */
    private int share = SMALL_PILE;

    private int failures;

    /** @param completed is given what is to be run as batches are done; called with the lock held */
    Traffic(MqttSettings settings, ReconnectDelay reconnectDelay, Clock clock, Consumer<List<Runnable>> completed) {
        this.settings = settings;
        this.reconnectDelay = reconnectDelay;
        this.completed = completed;
        this.log = new ConnectionLog(settings);
        this.tally = new ConnectionTally(clock);
    }

    void add(PublishBatch batch) {
        outbox.add(batch);
        share = Math.max(SMALL_PILE, Math.max(outbox.size() / 2, outbox.inflight() + 1));
    }

    /** How many messages have no outcome yet. */
    int pending() {
        return outbox.size();
    }

    /** The batches that are not done, oldest first. */
    List<PublishBatch> batches() {
        return outbox.batches();
    }

    boolean hasBatchOf(Object owner) {
        return outbox.hasBatchOf(owner);
    }

    boolean isInflight(Publication publication) {
        return outbox.isInflight(publication);
    }

    boolean isConnected() {
        return tally.isConnected();
    }

    MqttStatus status() {
        return tally.status(settings, outbox.inflight(), outbox.waiting());
    }

    /** Ends batches although messages are outstanding. */
    void abandon(Predicate<PublishBatch> which, String why) {
        completed.accept(outbox.abandon(which, why, tally.lastError()));
    }

    /** The broker has admitted this client, with so many messages in flight at once. */
    void connected(Link link, int admitted) {
        window = admitted;
        log.connected(tally.away(), outbox.size());
        tally.connected();
        Presence presence = settings.presence();
        if (presence != null) {
            announced = presence.sayOnline();
            send(link, announced);
        }
    }

    void disconnected() {
        tally.disconnected();
    }

    /** Sends as much as may be out. */
    void pump(Link link) {
        if (!tally.isConnected()) {
            return;
        }
        while (outbox.inflight() < suspicion.window(Math.min(window, share))) {
            Publication next = outbox.next();
            if (next == null) {
                return;
            }
            send(link, next);
        }
    }

    /** Publishes that this client goes, if others are to be told; what was sent then. */
    @Nullable
    Publication sayOffline(Link link) {
        Presence presence = settings.presence();
        if (presence == null || !tally.isConnected()) {
            return null;
        }
        Publication offline = presence.sayOffline();
        send(link, offline);
        return offline;
    }

    private void send(Link link, Publication publication) {
        outbox.sent(publication);
        link.send(publication);
    }

    /** The broker has taken a message, or refused it. */
    void settle(Publication publication, @Nullable Refusal refusal) {
        if (refusal != null) {
            log.refused(refusal);
        }
        if (publication.batch() != null) {
            suspicion.clear();
            if (refusal == null) {
                tally.acknowledged();
            } else {
                tally.refused();
            }
        }
        completed.accept(outbox.settle(publication, refusal));
    }

    /**
     * The link has ended, and was not meant to: what is in flight is to be sent again.
     *
     * @return after how long to connect again
     */
    Duration lost(LinkEnd end) {
        tally.error(end.reason());
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
        return delay;
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
            completed.accept(outbox.settle(out.get(0), refusal));
        }
    }
}
