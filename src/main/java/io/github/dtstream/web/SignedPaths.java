package io.github.dtstream.web;

import java.util.Optional;

/**
 * Paths of {@code platform-http:} routes whose senders sign what they send. Whoever shows a signature that holds may send there,
 * whatever name he knows the server by and through whatever proxy he comes; nobody else may, with a password or without, and
 * nothing that he sends is kept. Only {@code POST} is let through.
 *
 * @param under the paths' beginning, with a slash at its end
 * @param inHand how many requests are taken at once
 * @param check looks at the head; it is called by the event loop, and must not wait
 */
public record SignedPaths(String under, int inHand, Check check) {
    /** Looks at what a request's head shows. */
    public interface Check {
        /**
         * @param header gives a header's first value, by its name in lower case
         * @throws HttpProblem if it is not let through
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
