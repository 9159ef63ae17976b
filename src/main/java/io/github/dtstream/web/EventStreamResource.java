package io.github.dtstream.web;

/**
 * Server-sent events at a path ({@code text/event-stream}).
 *
 * @param path the path from the root
 * @param audience gets each viewer
 */
public record EventStreamResource(String path, Audience audience) {
    /** Takes viewers. */
    public interface Audience {
        /**
         * Takes a viewer; called on a worker thread. {@link Request#header} {@code last-event-id} names the last event
         * that the viewer has. The viewer is open from now on, and its answer begins with the first frame, or when this
         * returns.
         *
         * @throws HttpProblem if the viewer cannot be taken; nothing must have been sent to it
         */
        void joined(Viewer viewer, Request request) throws HttpProblem;
    }
}
