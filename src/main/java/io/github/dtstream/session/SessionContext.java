package io.github.dtstream.session;

import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.session.SessionState.Outcome;
import io.github.dtstream.session.connection.ConnectionFactory;
import io.github.dtstream.session.connection.ConnectionListener;
import io.github.dtstream.session.connection.StreamConnection;
import io.github.dtstream.session.handover.HandoverBuffer;
import io.github.dtstream.session.handover.Releaser;
import io.github.dtstream.session.handover.SerializedSink;
import io.github.dtstream.session.handover.Successor;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The state and the transitions that all situations of a session share. Owned by the session's thread.
 */
final class SessionContext {
    /**
     * The shortest limit for a hand-over: two connections may run in parallel at least this long without proof that
     * nothing was lost.
     */
    static final Duration SHORTEST_HANDOVER = Duration.ofSeconds(30);

    private static final Duration READER_END = Duration.ofMillis(250);
    private static final Duration READER_END_INTERRUPTED = Duration.ofMillis(100);

    private final StreamSettings settings;
    private final ConnectionFactory connections;
    private final SerializedSink sink;
    private final SessionListeners listeners;
    private final CloudClock clock;
    private final Consumer<Happening> mailbox;
    private final ConnectionListener reports;
    private final ReconnectPolicy policy;
    private final RenewalTime renewalTime;
    private final OutageLog log;
    private final Releaser releaser;
    private final MemoryShare handoverMemory;
    private final Alarm retry;
    private final Alarm renewal;
    private final Alarm handoverLimit;

    /** The filters for the next connection. */
    private StreamFilters filters;

    /** When the connection is to be renewed, by the ticker; null if that is not planned. */
    private @Nullable Long renewalDue;

    SessionContext(
            String name,
            StreamSettings settings,
            ConnectionFactory connections,
            SerializedSink sink,
            List<SessionListener> listeners,
            CloudClock clock,
            RandomGenerator random,
            Timers timers,
            Supervisor supervisor,
            MemoryBudget memory,
            Consumer<Happening> mailbox) {
        this.settings = settings;
        this.filters = settings.filters();
        this.connections = connections;
        this.handoverMemory = memory.share(Holder.HANDOVER, 0);
        this.sink = sink;
        this.listeners = new SessionListeners(listeners);
        this.clock = clock;
        this.mailbox = mailbox;
        this.reports = new ConnectionReports(mailbox);
        this.policy = new ReconnectPolicy(settings, random);
        this.renewalTime = new RenewalTime(settings.renewalPeriod(), random);
        this.log = new OutageLog(settings.projectId(), clock);
        String handOver = name + "-hand-over";
        this.releaser = new Releaser(
                handOver,
                supervisor.group(handOver, "what a new connection had received was not passed on, and is a gap"),
                () -> mailbox.accept(new Happening.Released()));
        this.retry = new Alarm(timers, mailbox);
        this.renewal = new Alarm(timers, mailbox);
        this.handoverLimit = new Alarm(timers, mailbox);
    }

    /** The first situation of a session. */
    Situation beginning() {
        return new Situation.BeforeStart(connecting());
    }

    SessionListeners listeners() {
        return listeners;
    }

    OutageLog log() {
        return log;
    }

    /** Sets the filters for the next connection. */
    void askFor(StreamFilters wanted) {
        filters = wanted;
    }

    /** Sends a message to the session, which processes it after the present one. */
    void tell(Happening happening) {
        mailbox.accept(happening);
    }

    /** Opens a connection while there is none. */
    Transition connect() {
        StreamConnection connection = connections.connection(settings.connection(filters), sink, reports);
        return Transition.to(new WhileConnecting(connecting(), connection, filters))
                .after(this::cancelAlarms)
                .then(connection::start, this::planRenewal);
    }

    /** The same by request: earlier failures do not count. */
    Transition tryAnew() {
        policy.triedAnew();
        return connect().after(log::triedAnew);
    }

    /** The same after a transition that failed halfway: what it did not do would otherwise be waited for for ever. */
    Transition startOver(Situation from) {
        return connect().after(from::abort, () -> interrupt("the session failed unexpectedly"));
    }

    /** The connection has received its first event or ping. */
    Transition live(StreamConnection connection, StreamFilters asked) {
        return Transition.to(new WhileLive(new SessionState.Live(clock.instant()), connection, asked))
                .after(policy::delivered, log::live)
                .then(() -> catchUp(asked));
    }

    /** The only connection has ended. */
    Transition lost(StreamConnection connection, Fault fault) {
        boolean otherCredentials = hasOtherCredentials(connection, fault);
        return follow(policy.ended(fault, otherCredentials, connection.life()), fault)
                .after(renewal::cancel, () -> interrupt(fault.summary()));
    }

    /** Whether the credentials were refused and can be replaced. */
    boolean hasOtherCredentials(StreamConnection connection, Fault fault) {
        return fault.kind() == FaultKind.CREDENTIALS && connection.invalidateCredentials();
    }

    /** Opens a connection in parallel to the one that receives. */
    Successor successor(StreamFilters predecessorAsks) {
        HandoverBuffer buffer = new HandoverBuffer(
                sink,
                predecessorAsks.equals(filters),
                due -> mailbox.accept(new Happening.HandoverDue(due)),
                handoverMemory);
        return new Successor(connections.connection(settings.connection(filters), buffer, reports), filters, buffer);
    }

    /** Both connections receive: limits the duration of the hand-over from now on. */
    void limitHandover(Successor successor) {
        Duration silences = settings.silenceLimit().multipliedBy(3);
        handoverLimit.set(
                silences.compareTo(SHORTEST_HANDOVER) > 0 ? silences : SHORTEST_HANDOVER,
                new Happening.HandoverDue(successor.buffer()));
    }

    void endHandoverLimit() {
        handoverLimit.cancel();
    }

    /** Renews the connection after this delay, and not when it was to be renewed before. */
    void renewIn(Duration delay) {
        renewal.set(delay, new Happening.Renew());
    }

    /** How long it is until the planned renewal; empty if that is off, or its time has passed. */
    Optional<Duration> untilPlannedRenewal() {
        return Optional.ofNullable(renewalDue)
                .map(due -> Duration.ofNanos(due - clock.nanos()))
                .filter(left -> left.compareTo(Duration.ZERO) > 0);
    }

    /** Whether a connection with these filters brings other events than those that are wanted now. */
    boolean wantsOtherThan(StreamFilters asked) {
        return !asked.equals(filters);
    }

    /**
     * The predecessor has ended, and the successor takes over.
     *
     * @param shown the visible state while the successor receives
     * @param doubt the reason of the gap, if nothing proves that no event was lost between the two
     */
    Transition takeOver(Successor successor, SessionState.Live shown, String doubt) {
        StreamConnection connection = successor.connection();
        // The order matters: the proof is an event, which makes the successor live first.
        boolean proven = successor.buffer().isProven();
        Transition over = connection.isLive()
                ? Transition.to(new WhileLive(shown, connection, successor.filters()))
                        .after(policy::delivered)
                        .then(() -> resume(connection))
                : Transition.to(new WhileConnecting(connecting(), connection, successor.filters()));
        return over.after(handoverLimit::cancel, () -> {
                    if (!proven) {
                        interrupt(doubt, connection.completeFrom());
                    }
                })
                .then(
                        () -> log.tookOver(listeners.isReceiving()),
                        listeners::renewed,
                        this::planRenewal,
                        () -> releaser.release(successor),
                        () -> catchUp(successor.filters()));
    }

    /** Whether records that a successor held before it took over are still being passed on. */
    boolean isReleasing() {
        return releaser.isBusy();
    }

    /** The connection receives everything; listeners are notified unless another connection did already. */
    void resume(StreamConnection connection) {
        Instant completeFrom = connection.completeFrom();
        if (completeFrom != null && !listeners.isReceiving()) {
            listeners.resumed(completeFrom, earlier(completeUntil(), completeFrom));
        }
    }

    /** Schedules another attempt if the cloud has refused. */
    void retryLater(Outcome outcome) {
        policy.afterStop(outcome).ifPresent(delay -> {
            log.stoppedForNow(delay);
            retry.set(delay, new Happening.RetryNow());
        });
    }

    /** Ends the session for good. */
    Transition close(Situation from) {
        String reason = "the session was stopped";
        return close(from, new SessionState.Stopped(clock.instant(), Outcome.CLOSED, reason))
                .after(() -> end(from), () -> interrupt(reason));
    }

    /** The same if there is no connection, with the state to show. */
    Transition close(Situation from, SessionState.Stopped shown) {
        return Transition.to(new Situation.AfterClose(shown))
                .after(this::cancelAlarms)
                .then(connections::close, releaser::close, handoverMemory::close);
    }

    private Transition follow(ReconnectPolicy.Decision decision, Fault fault) {
        int failures = policy.failures();
        if (decision instanceof ReconnectPolicy.Decision.Later later) {
            return waitFor(later.delay(), fault).after(() -> log.failed(fault, later.delay(), failures));
        }
        if (decision instanceof ReconnectPolicy.Decision.Slowly slowly) {
            return waitFor(slowly.delay(), fault).after(() -> log.refused(fault, slowly.delay()));
        }
        if (decision instanceof ReconnectPolicy.Decision.Never never) {
            Instant now = clock.instant();
            return Transition.to(new WhileStopped(new SessionState.Stopped(now, never.outcome(), fault.summary())))
                    .after(() -> log.stopped(fault), this::cancelAlarms);
        }
        return connect().after(() -> log.ended(fault));
    }

    private Transition waitFor(Duration delay, Fault fault) {
        Instant now = clock.instant();
        return Transition.to(new WhileWaiting(new SessionState.Waiting(now, now.plus(delay), fault, policy.failures())))
                .after(() -> retry.set(delay, new Happening.RetryDue()));
    }

    /** Does what was requested while the connection could not be replaced. */
    private void catchUp(StreamFilters asked) {
        if (wantsOtherThan(asked)) {
            tell(new Happening.Renew());
        }
    }

    private void planRenewal() {
        Duration delay = renewalTime.next();
        renewal.cancel();
        renewalDue = null;
        if (!delay.isZero()) {
            renewalDue = clock.nanos() + delay.toNanos();
            renewIn(delay);
        }
    }

    private void interrupt(String reason) {
        interrupt(reason, null);
    }

    /** Notes that nothing is received from now on, or from an earlier time on; does nothing if that was so already. */
    private void interrupt(String reason, @Nullable Instant orEarlier) {
        if (listeners.isReceiving()) {
            listeners.interrupted(earlier(completeUntil(), orEarlier), reason);
        }
    }

    /** Called during or after receiving. */
    private Instant completeUntil() {
        return Objects.requireNonNull(sink.completeness().until());
    }

    /** Ends everything at once, and waits a moment for the threads. */
    private void end(Situation from) {
        from.abort();
        try {
            for (StreamConnection connection : from.connections()) {
                connection.join(READER_END, READER_END_INTERRUPTED);
            }
            releaser.join(READER_END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private SessionState.Connecting connecting() {
        return new SessionState.Connecting(clock.instant(), policy.failures());
    }

    private void cancelAlarms() {
        retry.cancel();
        renewal.cancel();
        handoverLimit.cancel();
    }

    private static Instant earlier(Instant one, @Nullable Instant other) {
        return other != null && other.isBefore(one) ? other : one;
    }
}
