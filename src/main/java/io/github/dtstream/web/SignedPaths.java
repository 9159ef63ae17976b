package io.github.dtstream.web;

import java.util.Optional;

/**
 * Paths of {@code platform-http:} routes whose senders sign their requests. A request with a valid signature is
 * admitted under any host name and through any proxy. All others are refused, with or without a password, before their
 * body is read. Only {@code POST} is admitted.
 *
 * @param under the prefix of the paths, with a slash at its end
 * @param inHand how many requests are handled at once
 * @param check checks the head; it is called by the event loop and must not wait
 */
public record SignedPaths(String under, int inHand, Check check) {
    /** Checks the signature in the head of a request. */
    public interface Check {
        /**
         * @param header gives a header's first value, by its name in lower case
         * @throws HttpProblem if the request is refused
         */
        void check(Headers header) throws HttpProblem;

        /** A request that was let through is answered so by the server itself: 413 or 429. */
        default void refused(int status) {}
    }

    /** A request's headers. */
    public interface Headers {
        Optional<String> first(String lowerCaseName);
    }

    boolean cover(String path) {
        return path.startsWith(under);
    }
}
