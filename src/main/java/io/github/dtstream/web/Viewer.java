package io.github.dtstream.web;

/**
 * A client that receives server-sent events. No call waits. A viewer has no queue: the sender asks first whether the
 * frames before have been sent, and otherwise skips this viewer until the next time. The server keeps the connection
 * alive with comments, and closes it when nothing can be sent for too long. Thread-safe; the order of frames from
 * several threads is not defined.
 */
public interface Viewer {
    /** Whether a frame would be sent now. */
    boolean isWritable();

    /** Whether the viewer is still connected. */
    boolean isOpen();

    /**
     * Sends a frame made by {@link ServerSentEvent}. It is accepted also while {@link #isWritable} is false, which is
     * meant for the first frames; after the end it is dropped.
     */
    void send(byte[] frame);

    /**
     * Calls the listener once when the viewer is gone, or now if it is gone already; on any thread. The listener must
     * return soon.
     */
    void whenClosed(Runnable listener);

    /** Ends the connection. */
    void close();
}
