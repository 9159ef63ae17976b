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
 * Logs the interruptions of a session: each kind when it first happens, and then at most once a minute, with the number
 * of repetitions; at the end, the duration. So a stream that is interrupted for days, or every second, cannot fill the
 * disk with log lines. Not thread-safe: owned by the session's thread.
 */
final class OutageLog {
    static final Duration ONE_LINE_A = Duration.ofMinutes(1);

    /** The most kinds of interruptions that are told apart; an outage has two or three. */
    private static final int MOST_KINDS = 50;

    private static final Logger LOG = LoggerFactory.getLogger(OutageLog.class);

    private final String projectId;
    private final CloudClock clock;
    private final Map<String, Told> kinds = new HashMap<>();

    private @Nullable Instant began;
    private int failures;
    private boolean told;
    private boolean wasLive;

    /** When a kind was last logged, by the ticker, and how often it has happened since. */
    private record Told(long nanos, int untold) {}

    OutageLog(String projectId, CloudClock clock) {
        this.projectId = projectId;
        this.clock = clock;
    }

    /**
     * Logs that a connection, or an attempt to connect, has ended without a failure; the next attempt follows at once.
     */
    void ended(Fault fault) {
        begin();
        tell(Level.INFO, fault, "connecting again at once");
    }

    /**
     * Logs that a connection, or an attempt to connect, has failed.
     *
     * @param inARow the number of failed attempts in a row
     */
    void failed(Fault fault, Duration delay, int inARow) {
        begin();
        failures++;
        tell(Level.WARN, fault, "trying again in " + ReadableDuration.of(delay) + " (failure " + inARow + " in a row)");
    }

    /**
     * Logs that the cloud refuses a stream that it has delivered before; somebody may correct that. Every refusal is
     * logged, as the attempts are far apart.
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

    /** Logs that no attempt will follow. */
    void stopped(Fault fault) {
        LOG.error("stream {} has stopped: {}", projectId, fault.summary());
    }

    /** Logs that an attempt follows nevertheless, as other streams continue. */
    void stoppedForNow(Duration delay) {
        LOG.warn(
                "stream {}: as other streams continue, it is tried again in {}, or when its route is edited",
                projectId,
                ReadableDuration.of(delay));
    }

    /** Logs that the next attempt is made now, by request. */
    void triedAnew() {
        LOG.info("stream {}: trying again", projectId);
    }

    /**
     * Logs that a successor has taken over.
     *
     * @param receiving whether it certainly receives everything
     */
    void tookOver(boolean receiving) {
        LOG.info(
                "stream {}: a new connection has taken over{}",
                projectId,
                receiving ? "" : ", without an event or a ping so far");
    }

    /** Logs that a successor ended before it took over. */
    void tookNotOver(Fault fault) {
        LOG.info("stream {}: no new connection could take over: {}; the old one continues", projectId, fault.summary());
    }

    /** Logs that the stream is received again, or for the first time. */
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

    /** Two sentences are of the same kind if only their numbers differ. */
    private static String kind(Fault fault) {
        return fault.kind() + fault.summary().replaceAll("[0-9]+", "0");
    }
}
