package io.github.dtstream.push;

/** A message is not signed by one who has the secret, or not any more: nothing of it is read. The text says why. */
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
