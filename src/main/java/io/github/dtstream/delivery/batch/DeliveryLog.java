package io.github.dtstream.delivery.batch;

import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.time.GrowingDistance;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs that a subscriber's deliveries fail: the first failure and each new reason at once; the same reason at growing
 * intervals, with its duration and the number of attempts; and its end. So a sink that is unreachable for days, or
 * fails every second, does not fill the disk with log lines. Not thread-safe: guarded by the lock of its {@link
 * BatchDelivery}.
 */
final class DeliveryLog {
    private static final Logger LOG = LoggerFactory.getLogger(BatchDelivery.class);

    private final String subscriber;
    private final GrowingDistance failures = new GrowingDistance();
    private final GrowingDistance rejections = new GrowingDistance();

    private @Nullable Instant began;
    private long attempts;
    private boolean told;
    /** Since when the logged exchange takes far too long; null if there is none. */
    private @Nullable Instant waitsSince;

    DeliveryLog(String subscriber) {
        this.subscriber = subscriber;
    }

    /** Handed-out events were not delivered, and will be handed out again. */
    void failed(List<JournalRecord> records, String reason, boolean isRefusal, Instant now) {
        Instant since = began == null ? now : began;
        began = since;
        attempts++;
        if (failures.tell(reason, now).isEmpty()) {
            return;
        }
        told = true;
        LOG.warn(
                "subscriber {}: delivery of {} from number {} failed{}, {}: {}",
                subscriber,
                events(records.size()),
                records.get(0).sequence(),
                attempts == 1
                        ? ""
                        : " (" + attempts + " attempts failed in " + ReadableDuration.of(Duration.between(since, now))
                                + ")",
                isRefusal ? "the refused events are searched for" : "to be delivered again",
                reason);
    }

    /** A delivery succeeded again. */
    void recovered(Instant now) {
        if (began == null) {
            return;
        }
        LOG.atLevel(told ? Level.INFO : Level.DEBUG)
                .log(
                        "subscriber {}: delivers again after {} and {}",
                        subscriber,
                        ReadableDuration.of(Duration.between(began, now)),
                        attempts == 1 ? "1 failed attempt" : attempts + " failed attempts");
        began = null;
        attempts = 0;
        told = false;
        failures.over();
    }

    /** @param overdue the exchange that takes far too long now; null if there is none */
    void waits(@Nullable Overdue overdue, Instant now) {
        Instant since = waitsSince;
        if (since != null && (overdue == null || overdue.since().isAfter(since))) {
            LOG.info("subscriber {}: goes on after {}", subscriber, ReadableDuration.of(Duration.between(since, now)));
            waitsSince = null;
        } else if (since == null && overdue != null) {
            LOG.warn("subscriber {}: {}; it is waited for without limit", subscriber, overdue.sentence(now));
            waitsSince = overdue.since();
        }
    }

    /** An event is given up. */
    void rejected(JournalRecord record, String reason, Instant now) {
        rejections
                .tell(reason, now)
                .ifPresent(untold -> LOG.warn(
                        "subscriber {}: event {} goes to the reject file{}: {}",
                        subscriber,
                        record.event().eventId(),
                        untold == 0 ? "" : ", after " + untold + " others for the same reason",
                        reason));
    }

    private static String events(int count) {
        return count == 1 ? "1 event" : count + " events";
    }
}
