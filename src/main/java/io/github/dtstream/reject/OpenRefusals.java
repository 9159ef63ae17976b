package io.github.dtstream.reject;

import java.time.Instant;

/**
 * What one subscriber's sink refused and has not been sent again. Immutable.
 *
 * @param last when the newest was refused
 * @param reason of the newest
 */
public record OpenRefusals(long count, Instant last, String reason) {
    /** There are none. */
    public static final OpenRefusals NONE = new OpenRefusals(0, Instant.EPOCH, "");

    OpenRefusals and(Instant time, String why) {
        return new OpenRefusals(count + 1, time, why);
    }

    OpenRefusals lessOne() {
        return new OpenRefusals(Math.max(0, count - 1), last, reason);
    }
}
