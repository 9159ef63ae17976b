package io.github.dtstream.reject;

import java.time.Instant;

/**
 * The events that one subscriber's sink refused and that were not sent again. Immutable.
 *
 * @param last the time of the newest refusal
 * @param reason the reason of the newest refusal
 */
public record OpenRefusals(long count, Instant last, String reason) {
    /** No refusals. */
    public static final OpenRefusals NONE = new OpenRefusals(0, Instant.EPOCH, "");

    OpenRefusals and(Instant time, String why) {
        return new OpenRefusals(count + 1, time, why);
    }

    OpenRefusals lessOne() {
        return new OpenRefusals(Math.max(0, count - 1), last, reason);
    }
}
