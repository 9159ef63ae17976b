package io.github.dtstream.push;

/** Thrown for a message that can never be appended; nothing of it was. The text says what is wrong, and where. */
public final class MessageRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    public MessageRefusedException(String reason) {
        super(reason);
    }
}
