package io.github.dtstream.session;

import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.session.SessionState.Outcome;
import io.github.dtstream.thread.SupervisedGroup;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's decisions. All methods but {@link #state} are called on the session's thread, which owns all fields; what
 * other threads have to say comes as messages to it.
 */
final class SessionControl {
    /** A renewal that did not work out is tried once more after this; the old connection flows on meanwhile. */
    static final Duration RENEWAL_RETRY = Duration.ofMinutes(3);

    /** How long two connections may run side by side without proof that nothing was lost between them, at least. */
    static final Duration SHORTEST_HANDOVER = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(SessionControl.class);

    private final String name;
    private final SerializedSink sink;
    private final SessionListeners listeners;
    private final CloudClock clock;
    private final Consumer<Runnable> mailbox;
    private final ReconnectPolicy policy;
    private final RenewalTime renewalTime;
    private final OutageLog log;
    private final SupervisedGroup handovers;
    private final ConnectionFactory connections;
    /** What connections report on their threads, as messages to the session's. */
    private final ConnectionFactory.Listener reports;

    private final Alarm retry;
    private final Alarm renewal;
    private final Alarm handoverLimit;

    private StreamSettings settings;
    private @Nullable StreamConnection current;
    private StreamFilters currentFilters;
    private @Nullable Handover handover;
    private boolean renewalRepeated;
    private boolean filtersWaiting;
    private boolean renewalWaiting;
    /** Passes on what a successor held, as long as it does. */
    private @Nullable Thread releasing;

    SessionControl(
            String name,
            StreamSettings settings,
            ConnectionFactory connections,
            SerializedSink sink,
            List<SessionListener> listeners,
            CloudClock clock,
            RandomGenerator random,
            Timers timers,
            Supervisor supervisor,
            Consumer<Runnable> mailbox) {
        this.name = name;
        this.settings = settings;
        this.sink = sink;
        this.clock = clock;
        this.mailbox = mailbox;
        this.policy = new ReconnectPolicy(settings, random);
        this.renewalTime = new RenewalTime(settings.renewalPeriod(), random);
        this.log = new OutageLog(settings.projectId(), clock);
        this.currentFilters = settings.filters();
        this.listeners = new SessionListeners(listeners, new SessionState.Connecting(clock.instant(), 0));
        this.retry = new Alarm(timers, mailbox);
        this.renewal = new Alarm(timers, mailbox);
        this.handoverLimit = new Alarm(timers, mailbox);
        this.handovers = supervisor.group(
                name + "-hand-over", "what a new connection had received was not passed on, and is a gap");
        this.connections = connections;
        this.reports = new ConnectionReports(mailbox, this::live, this::complete, this::ended);
    }

    /** From any thread. */
    SessionState state() {
        return listeners.state();
    }

    void connect() {
        retry.cancel();
        listeners.enter(new SessionState.Connecting(clock.instant(), policy.failures()));
        renewalRepeated = false;
        currentFilters = settings.filters();
        current = connections.open(settings, sink, reports);
        planRenewal(renewalTime.next());
    }

    /** Does not wait for the next attempt any longer, also where none was to come. */
    void retryNow() {
        SessionState state = state();
        boolean stoppedByItself = state instanceof SessionState.Stopped stopped && stopped.outcome() != Outcome.CLOSED;
        if (state instanceof SessionState.Waiting || stoppedByItself) {
            LOG.info("stream {}: trying again", settings.projectId());
            policy.triedAnew();
            connect();
        }
    }

    /** What the cloud has refused is asked for again after a while, unless retries are limited. */
    void retryRefused() {
        if (state() instanceof SessionState.Stopped stopped) {
            policy.afterStop(stopped.outcome()).ifPresent(delay -> {
                log.stoppedForNow(delay);
                retry.set(delay, this::retryNow);
            });
        }
    }

    void renew() {
        StreamConnection predecessor = current;
        if (predecessor == null || handover != null || !(state() instanceof SessionState.Live)) {
            return;
        }
        if (releasing != null) {
            // what the connection held is on its way still: a successor could be released before it
            renewalWaiting = true;
            return;
        }
        boolean sameFilters = currentFilters.equals(settings.filters());
        HandoverBuffer buffer = new HandoverBuffer(sink, sameFilters, due -> mailbox.accept(() -> handoverDue(due)));
        predecessor.showTo(buffer::predecessorPassed);
        handover = new Handover(predecessor, connections.open(settings, buffer, reports), buffer, settings.filters());
    }

    void changeFilters(StreamFilters filters) {
        settings = settings.withFilters(filters);
        if (handover != null && handover.isDecided()) {
            filtersWaiting = true;
            return;
        }
        if (handover != null) {
            abandonHandover();
        }
        if (state() instanceof SessionState.Live) {
            renew();
        } else if (state() instanceof SessionState.Connecting && current != null) {
            current.abort();
            connect();
        }
    }

    /**
     * After a failure that came in the midst of a decision: all connections are given up and one is made anew, or what was not
     * done to the end would be waited for for ever.
     */
    void recover() {
        if (state() instanceof SessionState.Stopped || state() instanceof SessionState.Waiting) {
            return;
        }
        if (handover != null) {
            abandonHandover();
        }
        if (current != null) {
            current.abort();
            current = null;
        }
        if (listeners.isReceiving()) {
            listeners.interrupted(completeUntil(), "the session failed in a way that was not foreseen");
        }
        connect();
    }

    /** For good. What has stopped by itself stays as it was. */
    void close() {
        stop();
        connections.close();
        handovers.close();
    }

    private void stop() {
        if (state() instanceof SessionState.Stopped) {
            retry.cancel();
            return;
        }
        Connections.end(current, handover, releasing);
        current = null;
        handover = null;
        if (listeners.isReceiving()) {
            listeners.interrupted(completeUntil(), "the session was stopped");
        }
        finish(Outcome.CLOSED, "the session was stopped");
    }

    private void live(StreamConnection connection) {
        if (connection == current) {
            policy.delivered();
            becomeLive();
        } else if (handover != null && connection == handover.connection()) {
            HandoverBuffer buffer = handover.buffer();
            handoverLimit.set(longestHandover(), () -> handoverDue(buffer));
        }
    }

    private void complete(StreamConnection connection) {
        if (connection == current) {
            resumeIfComplete(connection);
        }
    }

    private void ended(StreamConnection connection, Fault fault) {
        if (connection == current) {
            if (handover == null) {
                lost(connection, fault);
            } else {
                takeOver(handover, fault);
            }
        } else if (handover != null && connection == handover.connection()) {
            successorEnded(handover, fault);
        }
    }

    private void lost(StreamConnection connection, Fault fault) {
        current = null;
        renewal.cancel();
        boolean otherCredentials = fault.kind() == FaultKind.CREDENTIALS && connection.invalidateCredentials();
        if (listeners.isReceiving()) {
            listeners.interrupted(completeUntil(), fault.summary());
        }
        follow(policy.ended(fault, otherCredentials, connection.life()), fault);
    }

    private void follow(ReconnectPolicy.Decision decision, Fault fault) {
        if (decision instanceof ReconnectPolicy.Decision.Later later) {
            log.failed(fault, later.delay(), policy.failures());
            waitFor(later.delay(), fault);
        } else if (decision instanceof ReconnectPolicy.Decision.Slowly slowly) {
            log.refused(fault, slowly.delay());
            waitFor(slowly.delay(), fault);
        } else if (decision instanceof ReconnectPolicy.Decision.Never never) {
            log.stopped(fault);
            finish(never.outcome(), fault.summary());
        } else {
            log.ended(fault);
            connect();
        }
    }

    private void waitFor(Duration delay, Fault fault) {
        Instant now = clock.instant();
        retry.set(delay, this::retryDue);
        listeners.enter(new SessionState.Waiting(now, now.plus(delay), fault, policy.failures()));
    }

    private void retryDue() {
        if (state() instanceof SessionState.Waiting) {
            connect();
        }
    }

    /** The predecessor need not go on: proof came, the successor can hold no more, or time is up. */
    private void handoverDue(HandoverBuffer buffer) {
        if (handover != null && handover.buffer() == buffer) {
            handover.decide();
        }
    }

    /** The predecessor has ended, by itself or because it was due: from now on the successor is the connection. */
    private void takeOver(Handover successor, Fault fault) {
        handoverLimit.cancel();
        handover = null;
        renewalRepeated = false;
        current = successor.connection();
        currentFilters = successor.filters();
        Instant first = successor.connection().completeFrom();
        if (listeners.isReceiving() && !successor.buffer().isProven()) {
            String reason = successor.isDecided()
                    ? "a planned renewal could not be proven to be without loss"
                    : fault.summary();
            listeners.interrupted(earlier(completeUntil(), first), reason);
        }
        if (current.isLive()) {
            policy.delivered();
            becomeLive();
            resumeIfComplete(current);
        } else {
            listeners.enter(new SessionState.Connecting(clock.instant(), policy.failures()));
        }
        LOG.info(
                "stream {}: a new connection has taken over{}",
                settings.projectId(),
                listeners.isReceiving() ? "" : ", without an event or a ping so far");
        planRenewal(renewalTime.next());
        releasing = successor.release(
                work -> handovers.thread(name + "-hand-over", work), () -> mailbox.accept(this::released));
        Fault end = successor.end();
        if (end != null) {
            lost(successor.connection(), end);
        } else if (filtersWaiting) {
            filtersWaiting = false;
            renew();
        }
    }

    private void released() {
        releasing = null;
        if (renewalWaiting) {
            renewalWaiting = false;
            renew();
        }
    }

    private void successorEnded(Handover successor, Fault fault) {
        if (successor.isDecided()) {
            successor.endedToo(fault);
            return;
        }
        LOG.info(
                "stream {}: no new connection could take over: {}; the old one goes on",
                settings.projectId(),
                fault.summary());
        if (fault.kind() == FaultKind.CREDENTIALS) {
            successor.connection().invalidateCredentials();
        }
        abandonHandover();
        if (!renewalRepeated) {
            renewalRepeated = true;
            planRenewal(longer(RENEWAL_RETRY, fault.minimumDelay()));
        }
    }

    private void abandonHandover() {
        handoverLimit.cancel();
        Objects.requireNonNull(handover).abandon();
        handover = null;
    }

    private void planRenewal(Duration delay) {
        renewal.cancel();
        if (!delay.isZero()) {
            renewal.set(delay, this::renew);
        }
    }

    private Duration longestHandover() {
        return longer(SHORTEST_HANDOVER, settings.silenceLimit().multipliedBy(3));
    }

    private void becomeLive() {
        if (!(state() instanceof SessionState.Live)) {
            log.live();
            listeners.enter(new SessionState.Live(clock.instant()));
        }
    }

    private void resumeIfComplete(StreamConnection connection) {
        Instant completeFrom = connection.completeFrom();
        if (completeFrom != null && !listeners.isReceiving()) {
            listeners.resumed(completeFrom, earlier(completeUntil(), completeFrom));
        }
    }

    /** Called while or after something was received. */
    private Instant completeUntil() {
        return Objects.requireNonNull(sink.completeness().until());
    }

    private void finish(Outcome outcome, String reason) {
        retry.cancel();
        renewal.cancel();
        handoverLimit.cancel();
        listeners.enter(new SessionState.Stopped(clock.instant(), outcome, reason));
    }

    private static Instant earlier(Instant one, @Nullable Instant other) {
        return other != null && other.isBefore(one) ? other : one;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
