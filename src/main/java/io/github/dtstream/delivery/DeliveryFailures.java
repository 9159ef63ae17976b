package io.github.dtstream.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Events that did not reach their sink, and never will by themselves. Immutable.
 *
 * @param count how many since the route started
 * @param last when the newest was; null if there is none
 * @param reason of the newest, in the words of who refused it; null if there is none
 */
public record DeliveryFailures(
        long count, @Nullable Instant last, @Nullable String reason) {
    /** So far all is well. */
    public static final DeliveryFailures NONE = new DeliveryFailures(0, null, null);

    /** Those of two readers as one. */
    public DeliveryFailures and(DeliveryFailures other) {
        boolean isNewer = last == null || (other.last != null && other.last.isAfter(last));
        return new DeliveryFailures(count + other.count, isNewer ? other.last : last, isNewer ? other.reason : reason);
    }

    public DeliveryFailures and(String why, Instant now) {
        return new DeliveryFailures(count + 1, now, why);
    }
}
