package io.github.dtstream.wire;

/** A record is no event; the message is one short sentence that says why, fit for the reject file. */
public final class InvalidRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidRecordException(String reason) {
        super(reason);
    }
}
