package io.github.dtstream.delivery;

/**
 * The event itself cannot be delivered, now or later: thrown by a bean, a component or a route's {@code throwException} to
 * say so. The event is tried as often as {@code maxDeliveryAttempts} says, then it goes to the reject file, and the route
 * goes on. An exception that the router does not know means that the sink is away, and is waited for without limit.
 *
 * <p>It counts wherever it stands in a chain of causes. It may be extended.
 */
public class EventRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong with the event; it is logged, and kept in the reject file */
    public EventRefusedException(String message) {
        super(message);
    }

    /** @param message what is wrong with the event; it is logged, and kept in the reject file */
    public EventRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
