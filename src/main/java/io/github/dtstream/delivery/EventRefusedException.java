package io.github.dtstream.delivery;

/**
 * Thrown by a bean, a component or a route's {@code throwException} if the event itself cannot be delivered, now or
 * later. The event is tried as often as {@code maxDeliveryAttempts} says, then it goes to the reject file, and the
 * route continues. After an exception that the router does not know, the sink counts as unreachable, and the event is
 * tried without limit.
 *
 * <p>It counts anywhere in a chain of causes. It may be extended.
 */
public class EventRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message the error of the event; it is logged, and kept in the reject file */
    public EventRefusedException(String message) {
        super(message);
    }

    /** @param message the error of the event; it is logged, and kept in the reject file */
    public EventRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
