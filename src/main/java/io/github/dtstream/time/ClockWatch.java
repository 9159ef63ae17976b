package io.github.dtstream.time;

import io.github.dtstream.text.ReadableDuration;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the machine's clock is wrong, was set, or that the machine slept, and says so once. The router does not
 * depend on the machine's clock. Other programs do, and so do people who read times, so somebody should set it. Guarded by
 * its owner's monitor.
 */
final class ClockWatch {
    /** A difference from this on is logged. */
    static final Duration NOTABLE = Duration.ofSeconds(30);

    /** A jump from this on is logged. It is larger than the seconds by which an answer may be late. */
    static final Duration JUMP = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);

    private @Nullable Reading last;
    private Duration told = Duration.ZERO;

    /**
     * The three times at one moment.
     *
     * @param nanos the ticker's
     * @param machine the machine's clock
     * @param cloud the cloud's
     */
    record Reading(long nanos, Instant machine, Instant cloud) {}

    /** @param expected the cloud's time at this moment, by what was known before */
    void observed(Reading now, Instant expected) {
        Reading before = last;
        last = now;
        if (before != null) {
            tellJump(before, now, Duration.between(expected, now.cloud()));
        }
        tellDifference(Duration.between(now.machine(), now.cloud()));
    }

    private static void tellJump(Reading before, Reading now, Duration missed) {
        Duration ticked = Duration.ofNanos(now.nanos() - before.nanos());
        Duration jump = Duration.between(before.machine(), now.machine()).minus(ticked);
        boolean slept = missed.compareTo(JUMP) > 0 && jump.minus(missed).abs().compareTo(JUMP) < 0;
        if (slept) {
            LOG.warn(
                    "The machine slept for {}; what was missed meanwhile is fetched from history",
                    ReadableDuration.of(missed));
        } else if (jump.abs().compareTo(JUMP) > 0) {
            LOG.warn(
                    "The machine's clock was set {} by {}",
                    jump.isNegative() ? "back" : "forward",
                    ReadableDuration.of(jump.abs()));
        }
    }

    private void tellDifference(Duration behind) {
        boolean notable = behind.abs().compareTo(NOTABLE) > 0;
        if (notable && behind.minus(told).abs().compareTo(NOTABLE) > 0) {
            told = behind;
            LOG.warn(
                    "The machine's clock is {} {} the cloud's, whose time the router goes by; set it (NTP)",
                    ReadableDuration.of(behind.abs()),
                    behind.isNegative() ? "ahead of" : "behind");
        } else if (!notable && !told.isZero()) {
            told = Duration.ZERO;
            LOG.info("The machine's clock agrees with the cloud's again");
        }
    }
}
