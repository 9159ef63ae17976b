package io.github.dtstream.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Events that did not reach their sink, and will not without action. Immutable.
 *
 * @param count the number since the route started
 * @param last the time of the newest; null if there is none
 * @param reason the reason of the newest, in the words of the refusing part; null if there is none
 */
public record DeliveryFailures(
        long count, @Nullable Instant last, @Nullable String reason) {
    /** No failures. */
    public static final DeliveryFailures NONE = new DeliveryFailures(0, null, null);

    /** The sum of two readers. */
    public DeliveryFailures and(DeliveryFailures other) {
        boolean isNewer = last == null || (other.last != null && other.last.isAfter(last));
        return new DeliveryFailures(count + other.count, isNewer ? other.last : last, isNewer ? other.reason : reason);
    }

    public DeliveryFailures and(String why, Instant now) {
        return new DeliveryFailures(count + 1, now, why);
    }
}
