package io.github.dtstream.management;

import io.github.dtstream.camel.held.HeldStreams;
import io.github.dtstream.cluster.Holding;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.stream.standby.StandbyStatus;
import io.github.dtstream.text.ReadableDuration;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Judges the health of a stream, with a sentence. Stateless. */
final class StreamHealth {
    /** A sensor's default is to send every 15 minutes, give or take 3. */
    private static final Duration PUSH_IS_FRESH = Duration.ofMinutes(20);

    /** A silence ends a connection; so many of them show that its reader does not get on. */
    private static final int SILENCES = 5;

    private static final Duration SHORTEST_STALL = Duration.ofMinutes(1);

    private StreamHealth() {}

    /** The health of a stream. A stream that is interrupted while events come by push is degraded, not down. */
    static Health of(EventStream stream, Instant now) {
        return of(stream.name(), stream.sessionState(), stall(stream), stream.lastPushed(), now);
    }

    private static Optional<Duration> stall(EventStream stream) {
        return stall(stream.silence(), stream.silenceLimit());
    }

    /**
     * How long nothing has been received, if that is so long that a live connection would have been ended: its reader
     * waits for something else, as for a disk that does not answer. Else empty.
     */
    static Optional<Duration> stall(Optional<Duration> silence, Duration limit) {
        Duration silences = limit.multipliedBy(SILENCES);
        return silence.filter(quiet -> quiet.compareTo(silences) > 0 && quiet.compareTo(SHORTEST_STALL) > 0);
    }

    /**
     * @param stall how long a live connection's reader has not got on; empty if it does
     * @param pushed when an event came by push last; empty if none has since the start
     */
    static Health of(
            String stream, SessionState state, Optional<Duration> stall, Optional<Instant> pushed, Instant now) {
        Health session = of(Health.Kind.STREAM.part(stream), state, stall);
        if (state instanceof SessionState.Unheld) {
            return new Health(
                    session.part(),
                    session.status(),
                    "the stream is not held: events come by push alone, "
                            + pushed.map(last -> "the last at " + last).orElse("none has since the start")
                            + "; nothing shows what is missing");
        }
        if (pushed.isEmpty()) {
            return session;
        }
        boolean isEnough = session.status() == Health.Status.DOWN && isFresh(pushed, now);
        return new Health(
                session.part(),
                isEnough ? Health.Status.DEGRADED : session.status(),
                session.message() + "; events come by push, too, the last at " + pushed.get());
    }

    private static boolean isFresh(Optional<Instant> pushed, Instant now) {
        return pushed.filter(last -> last.isAfter(now.minus(PUSH_IS_FRESH))).isPresent();
    }

    private static Health of(Health.Part part, SessionState state, Optional<Duration> stall) {
        if (state instanceof SessionState.Live) {
            return stall.map(quiet -> new Health(
                            part,
                            Health.Status.DOWN,
                            "connected since " + state.since() + ", and nothing has been read for "
                                    + ReadableDuration.of(quiet)))
                    .orElseGet(() -> new Health(part, Health.Status.UP, "receiving since " + state.since()));
        }
        if (state instanceof SessionState.Unheld) {
            return new Health(part, Health.Status.UP, "");
        }
        if (state instanceof SessionState.Connecting connecting) {
            boolean fresh = connecting.failures() == 0;
            return new Health(
                    part,
                    fresh ? Health.Status.UP : Health.Status.DOWN,
                    "connecting since " + state.since()
                            + (fresh ? "" : ", after " + attempts("failed ", connecting.failures()) + " in a row"));
        }
        if (state instanceof SessionState.Waiting waiting) {
            return new Health(
                    part,
                    Health.Status.DOWN,
                    waiting.reason().summary() + "; " + attempts("", waiting.failures())
                            + " failed in a row, the next one is at " + waiting.until());
        }
        String reason = state instanceof SessionState.Stopped stopped ? stopped.reason() : "";
        return new Health(part, Health.Status.DOWN, "stopped: " + reason);
    }

    private static String attempts(String which, int count) {
        return count + " " + which + (count == 1 ? "attempt" : "attempts");
    }

    /** Whether the stream receives now. Other than {@link #of}, it is down also during the first attempt to connect. */
    static Health ofReceiving(EventStream stream, Instant now) {
        return ofReceiving(stream.name(), stream.sessionState(), stall(stream), stream.lastPushed(), now);
    }

    static Health ofReceiving(
            String stream, SessionState state, Optional<Duration> stall, Optional<Instant> pushed, Instant now) {
        Health session = of(stream, state, stall, pushed, now);
        boolean receives =
                state instanceof SessionState.Live || state instanceof SessionState.Unheld || isFresh(pushed, now);
        return receives ? session : new Health(session.part(), Health.Status.DOWN, session.message());
    }

    /**
     * The health of a stream that another router of the group holds, or none.
     *
     * @param standby this router's hot standby; null if there is none. It never makes the router unhealthy
     */
    static Health ofWaiting(Holding holding, @Nullable StandbyStatus standby) {
        Health.Part part = Health.Kind.STREAM.part(holding.stream());
        String why = holding.why().isEmpty() ? "" : " (" + holding.why() + ")";
        if (holding.node() == null) {
            return new Health(
                    part, Health.Status.DEGRADED, "no router of the group is known to hold it" + why + ready(standby));
        }
        String since = holding.since() == null ? "" : " since " + holding.since();
        return new Health(part, Health.Status.UP, "waits: held by " + holding.node() + since + why + ready(standby));
    }

    /** The health of a stream that this router holds, and that is not open yet. */
    static Health ofOpening(HeldStreams.Opening opening) {
        Health.Part part = Health.Kind.STREAM.part(opening.stream());
        return opening.problem() == null
                ? new Health(part, Health.Status.UP, "is about to be opened here")
                : new Health(
                        part,
                        Health.Status.DOWN,
                        "this router holds it and cannot open it, which is tried again: " + opening.problem());
    }

    private static String ready(@Nullable StandbyStatus standby) {
        if (standby == null) {
            return "";
        }
        return standby.completeSince() == null
                ? "; stands by hot, and does not receive: " + standby.state().label()
                : "; stands by hot, and has everything since " + standby.completeSince();
    }
}
