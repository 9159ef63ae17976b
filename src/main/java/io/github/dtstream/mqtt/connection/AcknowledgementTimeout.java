package io.github.dtstream.mqtt.connection;

import io.github.dtstream.mqtt.message.Publication;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a broker owes an answer: the message that was sent first has no outcome. An open socket and answered pings prove
 * nothing of that.
 *
 * <p>It is told the time in steps, and so a process that was stopped, or a clock that was set, makes no silence. Not
 * thread-safe: guarded by the lock of its connection.
 */
final class AcknowledgementTimeout {
    /** Brokers write to disk, and pause; below this, there is nothing to tell. */
    private static final Duration WORTH_TELLING = Duration.ofSeconds(10);

    private final Duration limit;
    private @Nullable Publication oldest;
    private Duration ofOldest = Duration.ZERO;

    /** Since any message had an outcome, on whichever link, as long as there were any. */
    private Duration inAll = Duration.ZERO;

    /** @param limit zero: a broker may be silent for ever */
    AcknowledgementTimeout(Duration limit) {
        this.limit = limit;
    }

    /** A link begins. */
    void begin() {
        oldest = null;
        ofOldest = Duration.ZERO;
    }

    /** A message has had its outcome. */
    void end() {
        inAll = Duration.ZERO;
    }

    /**
     * So much more time has passed.
     *
     * @param first the message in flight that was sent first; null if there is none
     * @param idle whether there is nothing to send, either
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

    /** Whether the link is to be ended. */
    boolean isTooLong() {
        return isBounded() && ofOldest.compareTo(limit) >= 0;
    }

    /** Whether the broker has been silent for longer than it may, whatever links there were meanwhile. */
    boolean isLasting() {
        return isBounded() && lasted().compareTo(limit) >= 0;
    }

    /** How long it has lasted; null if that is not worth telling. */
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
