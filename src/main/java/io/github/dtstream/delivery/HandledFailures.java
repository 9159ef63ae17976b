package io.github.dtstream.delivery;

import io.github.dtstream.time.GrowingDistance;
import io.github.dtstream.time.SteadyClock;
import io.github.dtstream.time.Ticker;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The failures that a route's error handlers have handled: a dead letter channel, or an {@code onException} with {@code
 * handled}. For the delivery such an event is done, whatever became of it, so it is counted and logged here.
 * Thread-safe: one lock.
 */
public final class HandledFailures {
    private static final Logger LOG = LoggerFactory.getLogger(HandledFailures.class);

    private final Clock clock;
    /** The time for the distance of lines, as {@link #clock} may be corrected by hours. */
    private final SteadyClock steady;

    private final SinkFailures sinks;
    private final GrowingDistance distance = new GrowingDistance();
    private DeliveryFailures all = DeliveryFailures.NONE;

    /**
     * @param clock the time that people see, which may be corrected
     * @param ticker measures durations
     */
    public HandledFailures(Clock clock, Ticker ticker, SinkFailures sinks) {
        this.clock = clock;
        this.steady = new SteadyClock(clock, ticker);
        this.sinks = sinks;
    }

    /** @param handler the handler, as it follows "handled by " */
    public synchronized void handled(String routeId, String handler, Throwable failure) {
        String reason = FailureText.of(failure, sinks);
        all = all.and(reason, clock.instant());
        distance.tell(handler + reason, steady.instant())
                .ifPresent(untold -> LOG.warn(
                        "route {}: a failure is handled by {}, so the event counts as done ({} since the route started): {}",
                        routeId,
                        handler,
                        all.count(),
                        reason));
    }

    public synchronized DeliveryFailures all() {
        return all;
    }
}
