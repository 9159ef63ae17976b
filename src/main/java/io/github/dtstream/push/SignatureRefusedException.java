package io.github.dtstream.push;

/** Thrown if the signature of a message is missing, wrong or expired; the message is not read. The text says why. */
public final class SignatureRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final PushRefusals.Reason reason;

    public SignatureRefusedException(PushRefusals.Reason reason, String text) {
        super(text);
        this.reason = reason;
    }

    /** Why, among all reasons to take nothing. */
    public PushRefusals.Reason reason() {
        return reason;
    }
}
