package io.github.dtstream.simulator.http;

import org.jspecify.annotations.Nullable;

/** Thrown to answer a request with an error status; the message is in the body. */
public final class HttpError extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient @Nullable String retryAfter;

    public HttpError(int status, String message) {
        this(status, message, null);
    }

    public HttpError(int status, String message, @Nullable String retryAfter) {
        super(message, null, false, false);
        this.status = status;
        this.retryAfter = retryAfter;
    }

    /** The address of the API's documentation of an error code. */
    public static String help(int code) {
        return "https://developer.disruptive-technologies.com/docs/error-codes#" + code;
    }

    /** The body of an ordinary REST error. */
    public static String body(int status, String message) {
        return "{\"error\":" + Json.quote(message) + ",\"code\":" + status + ",\"help\":\"" + help(status) + "\"}";
    }

    public int status() {
        return status;
    }

    @Nullable
    String retryAfter() {
        return retryAfter;
    }
}
