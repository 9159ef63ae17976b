package io.github.dtstream.web;

/** Thrown for a request that cannot be answered as it is; the message says why, and what can be requested. */
public final class HttpProblem extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** @param status the HTTP status to answer with */
    public HttpProblem(int status, String message) {
        super(message);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
