package io.github.dtstream.mqtt.message;

/**
 * Who hands out batches of a route, and may end before the route does: a reader of events that another router reads next. What
 * it leaves waiting would otherwise be published after newer events of the other router. The property of an exchange.
 * Thread-safe.
 */
public final class BatchOrigin {
    /** The property's name. */
    public static final String PROPERTY = "DtMqttBatchOrigin";

    private volatile boolean ended;

    /** Notes that it hands out no more, and that what is not acknowledged soon is handed out by another one. */
    public void end() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }
}
