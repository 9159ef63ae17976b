package io.github.dtstream.mqtt.connection;

import io.github.dtstream.mqtt.message.Publication;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long the oldest message in flight has had no acknowledgement. An open socket and answered pings do not
 * prove that the broker works.
 *
 * <p>Time is passed in by steps, so a stopped process or a changed clock does not count as silence. Not thread-safe:
 * guarded by the lock of its connection.
 */
final class AcknowledgementTimeout {
    /** Brokers write to disk, and pause; a shorter silence is not reported. */
    private static final Duration WORTH_TELLING = Duration.ofSeconds(10);

    private final Duration limit;
    private @Nullable Publication oldest;
    private Duration ofOldest = Duration.ZERO;

    /** The time since any message was acknowledged or refused, on any link, while there were messages. */
    private Duration inAll = Duration.ZERO;

    /** @param limit zero for no limit */
    AcknowledgementTimeout(Duration limit) {
        this.limit = limit;
    }

    /** A new link begins. */
    void begin() {
        oldest = null;
        ofOldest = Duration.ZERO;
    }

    /** A message was acknowledged or refused. */
    void end() {
        inAll = Duration.ZERO;
    }

    /**
     * Adds passed time.
     *
     * @param first the oldest message in flight; null if there is none
     * @param idle whether there is nothing to send either
     */
    void pass(Duration time, @Nullable Publication first, boolean idle) {
        if (idle) {
            inAll = Duration.ZERO;
        } else if (first != null) {
            inAll = inAll.plus(time);
        }
        ofOldest = first != null && first == oldest ? ofOldest.plus(time) : Duration.ZERO;
        oldest = first;
    }

    /** Whether the link must be ended. */
    boolean isTooLong() {
        return isBounded() && ofOldest.compareTo(limit) >= 0;
    }

    /** Whether the broker has been silent for longer than the limit, over all links. */
    boolean isLasting() {
        return isBounded() && lasted().compareTo(limit) >= 0;
    }

    /** How long the silence has lasted; null if it is too short to report. */
    @Nullable
    Duration told() {
        return lasted().compareTo(WORTH_TELLING) < 0 ? null : lasted();
    }

    private Duration lasted() {
        return inAll.compareTo(ofOldest) > 0 ? inAll : ofOldest;
    }

    private boolean isBounded() {
        return !limit.isZero();
    }
}
