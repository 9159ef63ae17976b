package io.github.dtstream.session;

import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.time.CloudClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What a session tells its operator of interruptions: each kind of them when it first happens, and then once a minute at
 * most, with how many there were; at the end, how long it took. A stream that is away for days, or comes and goes every
 * second, fills no disk with that. Not thread-safe: owned by the session's thread.
 */
final class OutageLog {
    static final Duration ONE_LINE_A = Duration.ofMinutes(1);

    /** As many kinds are told apart; an outage has two or three. */
    private static final int MOST_KINDS = 50;

    private static final Logger LOG = LoggerFactory.getLogger(OutageLog.class);

    private final String projectId;
    private final CloudClock clock;
    private final Map<String, Told> kinds = new HashMap<>();

    private @Nullable Instant began;
    private int failures;
    private boolean told;
    private boolean wasLive;

    /** When a kind was last told of, by the ticker, and how often it has happened since. */
    private record Told(long nanos, int untold) {}

    OutageLog(String projectId, CloudClock clock) {
        this.projectId = projectId;
        this.clock = clock;
    }

    /** A connection, or the attempt at one, has ended; the next attempt comes at once. */
    void ended(Fault fault) {
        begin();
        tell(Level.INFO, fault, "connecting again at once");
    }

    /**
     * The same, and it was a failure.
     *
     * @param inARow how many attempts have failed in a row
     */
    void failed(Fault fault, Duration delay, int inARow) {
        begin();
        failures++;
        tell(Level.WARN, fault, "trying again in " + ReadableDuration.of(delay) + " (failure " + inARow + " in a row)");
    }

    /**
     * The cloud itself refuses a stream that it gave before, which may be a mistake that somebody puts right. Told each time:
     * the attempts are far apart.
     */
    void refused(Fault fault, Duration delay) {
        begin();
        failures++;
        told = true;
        LOG.error(
                "stream {}: {}. It was received before, so it is tried again every {}; until then nothing is received",
                projectId,
                fault.summary(),
                ReadableDuration.of(delay));
    }

    /** There is no next attempt. */
    void stopped(Fault fault) {
        LOG.error("stream {} has stopped: {}", projectId, fault.summary());
    }

    /** There is one all the same, as other streams go on. */
    void stoppedForNow(Duration delay) {
        LOG.warn(
                "stream {}: as other streams go on, it is tried again in {}, or when its route is edited",
                projectId,
                ReadableDuration.of(delay));
    }

    /** Somebody asks for the next attempt now. */
    void triedAnew() {
        LOG.info("stream {}: trying again", projectId);
    }

    /**
     * A successor is the connection from now on.
     *
     * @param receiving whether it is known to receive everything
     */
    void tookOver(boolean receiving) {
        LOG.info(
                "stream {}: a new connection has taken over{}",
                projectId,
                receiving ? "" : ", without an event or a ping so far");
    }

    /** A successor has ended before it took over. */
    void tookNotOver(Fault fault) {
        LOG.info("stream {}: no new connection could take over: {}; the old one goes on", projectId, fault.summary());
    }

    /** The stream is received again, or for the first time. */
    void live() {
        Instant since = began;
        if (since == null || !wasLive && failures == 0) {
            LOG.info("stream {}: live", projectId);
        } else {
            LOG.atLevel(told ? Level.INFO : Level.DEBUG)
                    .log(
                            "stream {}: live{} after {}{}",
                            projectId,
                            wasLive ? " again" : "",
                            ReadableDuration.of(Duration.between(since, clock.instant())),
                            failedAttempts());
        }
        wasLive = true;
        began = null;
        failures = 0;
        told = false;
    }

    private String failedAttempts() {
        return switch (failures) {
            case 0 -> "";
            case 1 -> " and 1 failed attempt";
            default -> " and " + failures + " failed attempts";
        };
    }

    private void begin() {
        if (began == null) {
            began = clock.instant();
        }
    }

    private void tell(Level level, Fault fault, String next) {
        long now = clock.nanos();
        String kind = kind(fault);
        Told last = kinds.get(kind);
        if (last != null && now - last.nanos() < ONE_LINE_A.toNanos()) {
            kinds.put(kind, new Told(last.nanos(), last.untold() + 1));
            LOG.debug("stream {}: {}; {}", projectId, fault.summary(), next);
            return;
        }
        if (kinds.size() >= MOST_KINDS) {
            kinds.clear();
        }
        kinds.put(kind, new Told(now, 0));
        told = true;
        LOG.atLevel(level).log("stream {}: {}; {}{}", projectId, fault.summary(), next, untold(last, now));
    }

    private static String untold(@Nullable Told last, long now) {
        return last == null || last.untold() == 0
                ? ""
                : "; the same " + last.untold() + " more times in the last "
                        + ReadableDuration.of(Duration.ofNanos(now - last.nanos()));
    }

    /** Sentences that differ in their numbers only are of one kind. */
    private static String kind(Fault fault) {
        return fault.kind() + fault.summary().replaceAll("[0-9]+", "0");
    }
}
