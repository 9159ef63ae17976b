package io.github.dtstream.management;

/** A request that cannot be answered as it is; the message says why, and what can be asked for. */
final class HttpProblem extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** @param status the HTTP status to answer with */
    HttpProblem(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
