package io.github.dtstream.delivery.batch;

import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Delivers a span of the journal again through a route, in addition to its normal delivery; its cursor does not move.
 * Failures are tried again as usual. {@link #run} is called once; the rest is thread-safe.
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
     * The progress.
     *
     * @param percent how much of the journal was read
     * @param delivered how many events were delivered again
     * @param lastFailure why the newest delivery failed; null if it succeeded
     */
    public record Progress(
            int percent, long delivered, @Nullable String lastFailure) {}

    /**
     * Delivers everything.
     *
     * @param every how often the progress is told
     * @param told takes the progress; called by the calling thread
     * @return whether everything was delivered; false if the route was stopped or replaced before
     * @throws InterruptedException if the calling thread was interrupted; the replay is stopped then
     */
    public boolean run(Duration every, Consumer<Progress> told) throws InterruptedException {
        Thread thread =
                supervisor.thread(subscription.name(), "the replay does not continue", AfterFailure.RESTART, delivery);
        thread.start();
        try {
            while (!subscription.awaitEnd(every)) {
                told.accept(progress());
            }
        } finally {
            stop();
        }
        thread.join(GRACE.toMillis());
        return subscription.isComplete();
    }

    public Progress progress() {
        DeliveryStatus status = delivery.status();
        return new Progress(subscription.percent(), status.delivered(), status.lastFailure());
    }

    public boolean isEnded() {
        return subscription.isClosed();
    }

    /** Stops the replay; the route finishes its present exchanges. */
    public void stop() {
        delivery.stop();
        subscription.close();
    }
}
