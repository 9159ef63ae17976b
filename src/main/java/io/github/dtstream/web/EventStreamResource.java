package io.github.dtstream.web;

/**
 * Server-sent events at a path ({@code text/event-stream}).
 *
 * @param path from the root
 * @param audience is told of each viewer
 */
public record EventStreamResource(String path, Audience audience) {
    /** Takes viewers in. */
    public interface Audience {
        /**
         * Somebody has come; on a worker thread. {@link Request#header} {@code last-event-id} says what he had last. He is open
         * from now on, and his answer begins with the first frame, or when this returns.
         *
         * @throws HttpProblem if he cannot be taken in; nothing must have been sent to him
         */
        void joined(Viewer viewer, Request request) throws HttpProblem;
    }
}
