package io.github.dtstream.delivery.batch;

import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The second delivery of a span of the journal through a route, beside what the route delivers anyway; its cursor does not
 * move. What fails is tried again as always. {@link #run} is called once; the rest is thread-safe.
 */
public final class Replay {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final ReplaySubscription subscription;
    private final BatchDelivery delivery;

    private final Supervisor supervisor;

    public Replay(ReplaySubscription subscription, BatchDelivery delivery, Supervisor supervisor) {
        this.subscription = subscription;
        this.delivery = delivery;
        this.supervisor = supervisor;
    }

    /**
     * How far it is.
     *
     * @param percent how much of the journal was looked at
     * @param delivered how many events were delivered again
     * @param lastFailure why the newest delivery failed; null if it did not
     */
    public record Progress(
            int percent, long delivered, @Nullable String lastFailure) {}

    /**
     * Delivers until all is delivered.
     *
     * @return whether all is; false if the route was stopped or exchanged before
     */
    public boolean run() throws InterruptedException {
        Thread thread =
                supervisor.thread(subscription.name(), "the replay does not go on", AfterFailure.RESTART, delivery);
        thread.start();
        try {
            return subscription.awaitEnd();
        } finally {
            stop();
            thread.join(GRACE.toMillis());
        }
    }

    public Progress progress() {
        DeliveryStatus status = delivery.status();
        return new Progress(subscription.percent(), status.delivered(), status.lastFailure());
    }

    public boolean isEnded() {
        return subscription.isClosed();
    }

    /** Ends it; what the route has in hand is finished. */
    public void stop() {
        delivery.stop();
        subscription.close();
    }
}
