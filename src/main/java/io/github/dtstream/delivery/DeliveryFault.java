package io.github.dtstream.delivery;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * The meaning of a failed delivery: the sink accepts nothing now, or it refuses this event.
 *
 * <p>Only failures that point at the event are refusals. Everything else is tried again, whatever it is: a good event
 * that is given up is lost; one that is tried in vain is noticed.
 */
public enum DeliveryFault {
    /** Unreachable, overloaded, full, misconfigured, or failed for an unknown reason: a later attempt can succeed. */
    UNAVAILABLE,
    /** The event itself cannot be handled: for example an expression fails on it, or the sink refuses its payload. */
    REFUSAL;

    /** The HTTP statuses with which a server refuses a request's content, not the client or the time. */
    private static final Set<Integer> REFUSING_STATUSES = Set.of(400, 406, 409, 411, 412, 413, 414, 415, 416, 422, 431);

    /**
     * The sink's own exceptions decide, {@link EventRefusedException} first; else an error about data decides, unless
     * failed I/O caused it.
     */
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

    /**
     * By the class of the SQLSTATE: a value out of range, or a violated constraint, is a refusal. Everything else
     * concerns the database or the table.
     */
    private static DeliveryFault of(SQLException failure) {
        String state = failure.getSQLState();
        boolean isAboutTheData = state != null && (state.startsWith("22") || state.startsWith("23"));
        return isAboutTheData ? REFUSAL : UNAVAILABLE;
    }

    public boolean isRefusal() {
        return this == REFUSAL;
    }
}
