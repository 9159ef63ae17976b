package io.github.dtstream.mqtt.connection;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.github.dtstream.mqtt.link.BirthAndWill;
import io.github.dtstream.mqtt.link.BrokerLimits;
import io.github.dtstream.mqtt.link.ConnectOptions;
import io.github.dtstream.mqtt.link.Link;
import io.github.dtstream.mqtt.link.Link.LinkEnd;
import io.github.dtstream.mqtt.link.MqttSettings;
import io.github.dtstream.mqtt.message.Completion;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.PublishBatch;
import io.github.dtstream.mqtt.message.Refusal;
import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.time.Backoff;
import io.github.dtstream.time.SteadyClock;
import io.github.dtstream.time.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is sent on a connection's links: which message is sent when, its result, and how long to wait for the
 * next link. Not thread-safe: guarded by the lock of its connection.
 */
final class PublishPipeline {
    /** A connection that lasted this long worked, even if it was idle. */
    private static final Duration SOUND = Duration.ofSeconds(10);

    /** Up to this many messages, all are sent at once. */
    private static final int SMALL_PILE = 100;

    private final MqttSettings settings;
    private final Backoff backoff;
    private final RandomGenerator random;
    private final Consumer<List<Completion>> completed;
    private final ConnectionLog log;
    private final Outbox outbox = new Outbox();
    private final PoisonMessageDetector suspicion = new PoisonMessageDetector();
    private final StateWatch stateWatch = new StateWatch();
    private final Probe probe;
    private final AcknowledgementTimeout silence;
    private final Negotiation negotiation;
    private final ConnectionTally tally;
    /** The time for all that is measured, as the clock may be corrected by hours. */
    private final SteadyClock clock;

    /** The options of the present link, once it is connected. */
    private ConnectOptions terms;

    private BrokerLimits limits;

    /** The message that this client is online, sent at the link's beginning. */
    private @Nullable Publication announced;

    /**
     * How many of the present messages are in flight: half, so that each acknowledgement causes another to be sent. If
     * all were sent, this side would send nothing for a while, and its kernel would wait before it confirms received
     * data: a millisecond on Linux, where the link asks for that, and 40 ms elsewhere. A broker without TCP_NODELAY, as
     * mosquitto is by default, sends no further acknowledgements until then.
     */
    private int share = SMALL_PILE;

    private int failures;

    /** @param completed gets the completions of batches; called with the lock held */
    PublishPipeline(
            MqttSettings settings,
            RandomGenerator random,
            Clock clock,
            Ticker ticker,
            Consumer<List<Completion>> completed) {
        this.settings = settings;
        // The random part is up to half, so that the clients of a restarted broker do not all connect at once.
        this.backoff = Backoff.doubling(settings.reconnectDelayMin(), settings.reconnectDelayMax())
                .withJitter(0.5);
        this.random = random;
        this.completed = completed;
        this.log = new ConnectionLog(settings);
        this.clock = new SteadyClock(clock, ticker);
        this.tally = new ConnectionTally(clock, this.clock);
        this.probe = new Probe(settings.clientId());
        this.silence = new AcknowledgementTimeout(settings.acknowledgementTimeout());
        this.negotiation = new Negotiation(settings);
        this.terms = negotiation.terms();
        this.limits = negotiation.learned();
    }

    void add(PublishBatch batch) {
        outbox.add(batch);
        share = Math.max(SMALL_PILE, Math.max(outbox.size() / 2, outbox.inflight() + 1));
    }

    /** The number of messages without a result. */
    int pending() {
        return outbox.size();
    }

    /** The batches that are not completed, oldest first. */
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
        return tally.status(settings, outbox.inflight(), outbox.waiting(), silence);
    }

    /** Fails batches with messages that have no result. */
    void abandon(Predicate<PublishBatch> which, String why) {
        completed.accept(outbox.abandon(which, why, tally.lastError()));
        suspicion.keepOnly(Outbox::isWanted);
    }

    /** The options for the next link. */
    ConnectOptions terms() {
        return negotiation.terms();
    }

    /** The broker has accepted this client; returns whether to keep the link, or to close it and open another. */
    boolean accepted() {
        terms = negotiation.terms();
        return negotiation.accepted();
    }

    /** Begins to send messages on the link. */
    void connected(Link link, BrokerLimits admitted) {
        limits = admitted.and(negotiation.learned());
        suspicion.begin();
        silence.begin();
        log.connected(tally.away(), outbox.size());
        log.terms(terms);
        tally.connected();
        tally.restriction(null);
        BirthAndWill presence = terms.will();
        announced = presence == null ? null : presence.sayOnline();
        if (announced != null) {
            send(link, announced);
        }
    }

    /** Whether there are messages to send, or messages without a result. */
    boolean isBusy() {
        return outbox.size() > 0;
    }

    /**
     * Adds passed time.
     *
     * @return the end of the link if the broker does not acknowledge; else null
     */
    @Nullable
    LinkEnd pass(Duration time) {
        if (!tally.isConnected()) {
            return null;
        }
        silence.pass(time, outbox.oldestInflight(), !isBusy());
        if (!silence.isTooLong()) {
            return null;
        }
        return new LinkEnd(
                LinkEnd.Kind.SILENT,
                "the broker has not acknowledged what it was sent for "
                        + ReadableDuration.of(settings.acknowledgementTimeout()) + ", and the connection is made anew");
    }

    /** Whether a message of another client about this client's presence must be corrected. */
    boolean isContradicted(String payload) {
        BirthAndWill presence = terms.will();
        return tally.isConnected() && presence != null && payload.equals(presence.offline());
    }

    /** Publishes again that this client is online. */
    void contradict(Link link) {
        BirthAndWill presence = terms.will();
        if (tally.isConnected() && presence != null) {
            log.saidOnlineAgain(presence.topic());
            send(link, presence.sayOnline());
        }
    }

    /** The broker has answered whether this client may subscribe to the topic of its presence. */
    void watching(boolean allowed) {
        stateWatch.answered();
        BirthAndWill presence = terms.will();
        if (!allowed && presence != null && tally.isConnected()) {
            log.notWatching(presence.topic());
        }
    }

    void disconnected() {
        tally.disconnected();
    }

    /** Sends as many messages as may be in flight. */
    void pump(Link link) {
        if (!tally.isConnected()) {
            return;
        }
        while (outbox.inflight() < suspicion.window(Math.min(limits.window(), share))) {
            Publication next = suspicion.wantsWitness() ? witness() : outbox.next();
            if (next == null) {
                return;
            }
            send(link, next);
        }
    }

    /** The message to send before the suspect: another message, else a probe, else the suspect itself. */
    private @Nullable Publication witness() {
        Publication suspect = outbox.first();
        Publication other = outbox.nextAhead();
        if (other == null && suspect != null) {
            other = probe.like(suspect);
        }
        return other == null ? outbox.next() : other;
    }

    /** Publishes that this client goes offline, if it announces its presence; returns that message. */
    @Nullable
    Publication sayOffline(Link link) {
        BirthAndWill presence = terms.will();
        if (presence == null || !tally.isConnected()) {
            return null;
        }
        Publication offline = presence.sayOffline();
        send(link, offline);
        return offline;
    }

    private void send(Link link, Publication publication) {
        outbox.sent(publication);
        if (limits.qos(publication.qos()) != publication.qos()
                || limits.retained(publication.retained()) != publication.retained()) {
            restrict();
        }
        try {
            link.send(publication, limits);
        } catch (RuntimeException e) {
            settle(link, publication, publication.refusal(0, "it could not be sent: " + e, false));
        }
    }

    private void restrict() {
        String qos = "messages are sent at QoS " + limits.maximumQos().getCode() + ", the highest that it takes"
                + (limits.maximumQos() == MqttQos.AT_MOST_ONCE
                        ? ": what is on its way when the connection breaks is lost"
                        : "");
        String retain = "no message is retained, for it retains none";
        String restriction = limits.maximumQos() == MqttQos.EXACTLY_ONCE
                ? retain
                : limits.retainAvailable() ? qos : qos + "; " + retain;
        tally.restriction(restriction);
        log.lowered(restriction);
    }

    /** The broker has accepted a message, or refused it. */
    void settle(Link link, Publication publication, @Nullable Refusal refusal) {
        silence.end();
        if (refusal != null) {
            log.refused(refusal, clock.instant());
        }
        if (publication.batch() != null) {
            suspicion.settled(publication);
            if (refusal == null) {
                tally.acknowledged();
            } else {
                tally.refused();
            }
        } else {
            settleOwn(link, publication, refusal);
        }
        completed.accept(outbox.settle(publication, refusal));
    }

    private void settleOwn(Link link, Publication own, @Nullable Refusal refusal) {
        boolean isProbe = probe.isAnswered(own, refusal == null);
        if (refusal == null && (isProbe || own == announced)) {
            suspicion.answeredOwn(own);
        }
        if (refusal == null && own == announced) {
            watch(link);
        }
    }

    private void watch(Link link) {
        BirthAndWill presence = terms.will();
        if (presence != null && stateWatch.isWanted()) {
            stateWatch.asked();
            link.watch(presence.topic());
        }
    }

    /**
     * What follows from the end of a link.
     *
     * @param delay the delay before the next attempt to connect
     * @param completions the completions to run
     */
    record Lost(Duration delay, List<Completion> completions) {}

    /** The link has ended unintentionally: messages in flight are sent again. */
    Lost lost(LinkEnd end) {
        List<Completion> completions = List.of();
        tally.error(end.reason());
        boolean wasConnected = tally.isConnected();
        boolean progressed = wasConnected && tally.hasProgressed();
        boolean sound = progressed || (wasConnected && tally.lasted().compareTo(SOUND) > 0);
        failures = sound && end.kind() != LinkEnd.Kind.TAKEN_OVER ? 0 : failures + 1;
        if (wasConnected) {
            completions = suspect(progressed, end);
            probe.ended();
            BirthAndWill presence = terms.will();
            if (stateWatch.ended(tally.lasted()) && presence != null) {
                log.notWatching(presence.topic());
            }
        }
        outbox.takeBack();
        boolean isAgain = negotiation.ended(end);
        Duration delay = isAgain
                ? Duration.ZERO
                : end.kind() == LinkEnd.Kind.NOT_ADMITTED ? backoff.most() : backoff.delay(failures, random);
        log.closed(end, wasConnected, failures, outbox.size(), delay);
        return new Lost(delay, completions);
    }

    private List<Completion> suspect(boolean progressed, LinkEnd end) {
        List<Publication> out = outbox.inflightOfBatches();
        boolean ownOut = outbox.inflight() > out.size();
        Refusal refusal = suspicion.ended(tally.lasted(), progressed, out, ownOut, end);
        if (refusal != null) {
            tally.refused();
            log.refused(refusal, clock.instant());
        }
        Publication suspect = suspicion.newSuspect();
        if (suspect != null) {
            log.suspected(suspect, end);
        }
        return refusal == null ? List.of() : outbox.settle(out.get(0), refusal);
    }
}
