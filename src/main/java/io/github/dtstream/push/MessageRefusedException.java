package io.github.dtstream.push;

/** A message is not what is to be appended, and never will be: nothing of it is. The text says what is wrong, and where. */
public final class MessageRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    public MessageRefusedException(String reason) {
        super(reason);
    }
}
