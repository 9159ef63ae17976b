package io.github.dtstream.web.access;

/** Thrown for a request that is refused; the message says why. */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** @param status the HTTP status to answer with */
    Refusal(int status, String message) {
        super(message);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
