package io.github.dtstream.delivery;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * What a failed delivery means: that the sink cannot take anything now, or that it refuses this event.
 *
 * <p>Only what points at the event is a refusal. All else is waited for, whatever it is: a good event that is given up is
 * lost, and one that is waited for in vain is seen.
 */
public enum DeliveryFault {
    /** Out of reach, overloaded, full, misconfigured, or failed in a way that says nothing: it can succeed later. */
    UNAVAILABLE,
    /** The event itself cannot be handled: an expression that fails on it, a payload that the sink refuses. */
    REFUSAL;

    /** The HTTP statuses by which a server refuses a request's content rather than the client or the moment. */
    private static final Set<Integer> REFUSING_STATUSES = Set.of(400, 406, 409, 411, 412, 413, 414, 415, 416, 422, 431);

    /** What the sink says decides, and the contract before all; else an error about data does that no failed I/O caused. */
    public static DeliveryFault of(Throwable failure, SinkFailures sinks) {
        DeliveryFault fault = UNAVAILABLE;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof EventRefusedException || sinks.isRefusal(cause)) {
                return REFUSAL;
            }
            Optional<SinkFailures.Answer> answer = sinks.answer(cause);
            if (answer.isPresent()) {
                return REFUSING_STATUSES.contains(answer.get().status()) ? REFUSAL : UNAVAILABLE;
            }
            if (cause instanceof SQLException sql) {
                return of(sql);
            }
            if (DataErrors.contains(cause)) {
                fault = REFUSAL;
            } else if (isAboutTheMoment(cause)) {
                fault = UNAVAILABLE;
            }
        }
        return fault;
    }

    private static boolean isAboutTheMoment(Throwable cause) {
        return cause instanceof IOException
                || cause instanceof InterruptedException
                || cause instanceof TimeoutException
                || cause instanceof RejectedExecutionException
                || cause instanceof Error;
    }

    /** By the class of the SQLSTATE: a value out of range, a broken constraint. All else is the database's or the table's. */
    private static DeliveryFault of(SQLException failure) {
        String state = failure.getSQLState();
        boolean isAboutTheData = state != null && (state.startsWith("22") || state.startsWith("23"));
        return isAboutTheData ? REFUSAL : UNAVAILABLE;
    }

    public boolean isRefusal() {
        return this == REFUSAL;
    }
}
