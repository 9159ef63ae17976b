package io.github.dtstream.session;

import io.github.dtstream.cloud.CloudClient;
import io.github.dtstream.cloud.Fault;
import io.github.dtstream.cloud.FaultKind;
import io.github.dtstream.session.SessionState.Outcome;
import io.github.dtstream.wire.EventStreamReader;
import io.github.dtstream.wire.FrameReader;
import io.github.dtstream.wire.NdjsonReader;
import java.time.Clock;
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
    static final Duration SHORTEST_HAND_OVER = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(SessionControl.class);
    private static final Duration READER_END = Duration.ofMillis(250);
    private static final Duration READER_END_INTERRUPTED = Duration.ofMillis(100);

    private final String name;
    private final CloudClient cloud;
    private final Outlet outlet;
    private final List<SessionListener> listeners;
    private final Clock clock;
    private final Timers timers;
    private final Consumer<Runnable> mailbox;
    private final ReconnectPolicy policy;
    private final RenewalTime renewalTime;
    private final OutageLog log;
    private final Connection.Listener reports = new Reports();

    private StreamSettings settings;
    private int connections;

    /** Whether a connection is receiving: between two of these lies a gap. */
    private boolean receiving;

    private @Nullable Connection current;
    private StreamFilters currentFilters;
    private @Nullable Succession succession;
    private boolean renewalRepeated;
    private boolean filtersWaiting;
    private @Nullable Thread releasing;
    private Timers.Timer retryTimer = Timers.Timer.NONE;
    private Timers.Timer renewalTimer = Timers.Timer.NONE;
    private Timers.Timer handOverTimer = Timers.Timer.NONE;

    /** Written by the session's thread only. */
    private volatile SessionState state;

    SessionControl(
            String name,
            StreamSettings settings,
            CloudClient cloud,
            Outlet outlet,
            List<SessionListener> listeners,
            Clock clock,
            RandomGenerator random,
            Timers timers,
            Consumer<Runnable> mailbox) {
        this.name = name;
        this.settings = settings;
        this.cloud = cloud;
        this.outlet = outlet;
        this.listeners = listeners;
        this.clock = clock;
        this.timers = timers;
        this.mailbox = mailbox;
        this.policy = new ReconnectPolicy(settings, random);
        this.renewalTime = new RenewalTime(settings.renewalPeriod(), random);
        this.log = new OutageLog(settings.projectId(), clock);
        this.currentFilters = settings.filters();
        this.state = new SessionState.Connecting(clock.instant(), 0);
    }

    SessionState state() {
        return state;
    }

    void connect() {
        retryTimer.cancel();
        enter(new SessionState.Connecting(clock.instant(), policy.failures()));
        renewalRepeated = false;
        currentFilters = settings.filters();
        current = open(outlet);
        planRenewal(renewalTime.next());
    }

    void renew() {
        Connection predecessor = current;
        if (predecessor == null || succession != null || !(state instanceof SessionState.Live)) {
            return;
        }
        boolean sameFilters = currentFilters.equals(settings.filters());
        HandOver handOver = new HandOver(outlet, sameFilters, due -> mailbox.accept(() -> handOverDue(due)));
        predecessor.showTo(handOver);
        succession = new Succession(predecessor, open(handOver), handOver, settings.filters());
    }

    void changeFilters(StreamFilters filters) {
        settings = settings.withFilters(filters);
        if (succession != null && succession.isDecided()) {
            filtersWaiting = true;
            return;
        }
        if (succession != null) {
            abandonSuccession();
        }
        if (state instanceof SessionState.Live) {
            renew();
        } else if (state instanceof SessionState.Connecting && current != null) {
            current.abort();
            connect();
        }
    }

    void stop() {
        if (state instanceof SessionState.Stopped) {
            return;
        }
        Connection ending = current;
        endReaders();
        if (ending != null && ending.lastReceived() != null) {
            interrupted(ending.lastReceived(), "the session was stopped");
        }
        finish(Outcome.CLOSED, "the session was stopped");
    }

    private Connection open(EventSink sink) {
        connections++;
        Connection connection = new Connection(
                name + "-" + connections,
                settings,
                cloud.stream(StreamQuery.of(settings)),
                frameReader(),
                sink,
                cloud.faults(),
                clock,
                reports);
        connection.start();
        return connection;
    }

    private FrameReader frameReader() {
        return switch (settings.format()) {
            case JSON -> new NdjsonReader(settings.maxEventSize());
            case EVENT_STREAM -> new EventStreamReader(settings.maxEventSize());
        };
    }

    private void live(Connection connection) {
        if (connection == current && !receiving) {
            becomeLive(Objects.requireNonNull(connection.firstReceived()));
        } else if (succession != null && connection == succession.connection()) {
            HandOver handOver = succession.handOver();
            handOverTimer = timers.after(handOverLimit(), () -> mailbox.accept(() -> handOverDue(handOver)));
        }
    }

    private void delivering(Connection connection) {
        if (connection == current) {
            policy.delivered();
        }
    }

    private void ended(Connection connection, Fault fault) {
        if (connection == current) {
            if (succession == null) {
                lost(connection, fault);
            } else {
                takeOver(succession, fault);
            }
        } else if (succession != null && connection == succession.connection()) {
            successorEnded(succession, fault);
        }
    }

    private void lost(Connection connection, Fault fault) {
        current = null;
        renewalTimer.cancel();
        boolean otherCredentials = fault.kind() == FaultKind.CREDENTIALS && connection.invalidateCredentials();
        if (receiving) {
            interrupted(Objects.requireNonNull(connection.lastReceived()), fault.summary());
        }
        follow(policy.ended(fault, otherCredentials), fault);
    }

    private void follow(ReconnectPolicy.Decision decision, Fault fault) {
        if (decision instanceof ReconnectPolicy.Decision.Later later) {
            Instant now = clock.instant();
            log.failed(fault, later.delay(), policy.failures());
            retryTimer = timers.after(later.delay(), () -> mailbox.accept(this::retryDue));
            enter(new SessionState.Waiting(now, now.plus(later.delay()), fault, policy.failures()));
        } else if (decision instanceof ReconnectPolicy.Decision.Never never) {
            log.stopped(fault);
            finish(never.outcome(), fault.summary());
        } else {
            log.ended(fault);
            connect();
        }
    }

    private void retryDue() {
        if (state instanceof SessionState.Waiting) {
            connect();
        }
    }

    /** The predecessor need not go on: proof came, the successor can hold no more, or time is up. */
    private void handOverDue(HandOver handOver) {
        if (succession != null && succession.handOver() == handOver) {
            succession.decide();
        }
    }

    /** The predecessor has ended, by itself or because it was due: from now on the successor is the connection. */
    private void takeOver(Succession successor, Fault fault) {
        handOverTimer.cancel();
        succession = null;
        renewalRepeated = false;
        current = successor.connection();
        currentFilters = successor.filters();
        Instant first = successor.connection().firstReceived();
        if (receiving && !successor.handOver().isProven()) {
            String reason = successor.isDecided()
                    ? "a planned renewal could not be proven to be without loss"
                    : fault.summary();
            interrupted(earlier(Objects.requireNonNull(successor.predecessor().lastReceived()), first), reason);
        }
        if (successor.connection().hasDelivered()) {
            policy.delivered();
        }
        if (first == null) {
            enter(new SessionState.Connecting(clock.instant(), policy.failures()));
        } else if (!receiving) {
            becomeLive(first);
        }
        LOG.info(
                "stream {}: a new connection has taken over{}",
                settings.projectId(),
                receiving ? "" : ", without a byte so far");
        planRenewal(renewalTime.next());
        releasing = successor.release(name);
        Fault end = successor.end();
        if (end != null) {
            lost(successor.connection(), end);
        } else if (filtersWaiting) {
            filtersWaiting = false;
            renew();
        }
    }

    private void successorEnded(Succession successor, Fault fault) {
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
        abandonSuccession();
        if (!renewalRepeated) {
            renewalRepeated = true;
            planRenewal(longer(RENEWAL_RETRY, fault.minimumDelay()));
        }
    }

    private void abandonSuccession() {
        handOverTimer.cancel();
        Objects.requireNonNull(succession).abandon();
        succession = null;
    }

    private void planRenewal(Duration delay) {
        renewalTimer.cancel();
        renewalTimer = delay.isZero() ? Timers.Timer.NONE : timers.after(delay, () -> mailbox.accept(this::renew));
    }

    private Duration handOverLimit() {
        return longer(SHORTEST_HAND_OVER, settings.silenceLimit().multipliedBy(3));
    }

    private void becomeLive(Instant firstReceived) {
        receiving = true;
        log.live();
        enter(new SessionState.Live(firstReceived));
        listeners.forEach(listener -> listener.resumed(firstReceived));
    }

    private void interrupted(Instant lastReceived, String reason) {
        if (receiving) {
            receiving = false;
            listeners.forEach(listener -> listener.interrupted(lastReceived, reason));
        }
    }

    private void finish(Outcome outcome, String reason) {
        retryTimer.cancel();
        renewalTimer.cancel();
        handOverTimer.cancel();
        enter(new SessionState.Stopped(clock.instant(), outcome, reason));
    }

    private void enter(SessionState next) {
        state = next;
        listeners.forEach(listener -> listener.stateChanged(next));
    }

    private void endReaders() {
        Connection successor = succession == null ? null : succession.connection();
        try {
            if (current != null) {
                current.abort();
            }
            if (successor != null) {
                successor.abort();
                Objects.requireNonNull(succession).handOver().discard();
            }
            if (current != null) {
                current.join(READER_END, READER_END_INTERRUPTED);
            }
            if (successor != null) {
                successor.join(READER_END, READER_END_INTERRUPTED);
            }
            if (releasing != null) {
                releasing.join(READER_END.toMillis());
                releasing.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Instant earlier(Instant one, @Nullable Instant other) {
        return other != null && other.isBefore(one) ? other : one;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** Turns what connections report into messages. */
    private final class Reports implements Connection.Listener {
        @Override
        public void live(Connection connection) {
            mailbox.accept(() -> SessionControl.this.live(connection));
        }

        @Override
        public void delivering(Connection connection) {
            mailbox.accept(() -> SessionControl.this.delivering(connection));
        }

        @Override
        public void ended(Connection connection, Fault fault) {
            mailbox.accept(() -> SessionControl.this.ended(connection, fault));
        }
    }
}
