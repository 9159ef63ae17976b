package io.github.dtstream.web;

/**
 * One who receives server-sent events. No call waits. There is no queue for a viewer: who sends asks first whether what was sent
 * before has left, and else leaves this one out until the next time. The server keeps the connection alive with comments, and
 * closes it when nothing leaves for too long. Thread-safe, but frames of several threads come in any order.
 */
public interface Viewer {
    /** Whether a frame would leave now. */
    boolean isWritable();

    /** Whether he is still there. */
    boolean isOpen();

    /**
     * Sends a frame made by {@link ServerSentEvent}. It is taken also while {@link #isWritable} is false, which is meant for what
     * begins an answer; after the end it is dropped.
     */
    void send(byte[] frame);

    /** Calls it once when he is gone, or now if he is; on any thread, for a short while. */
    void whenClosed(Runnable listener);

    /** Ends it. */
    void close();
}
