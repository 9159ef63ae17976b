package io.github.dtstream.push;

import java.io.IOException;

/**
 * Thrown if a message is not known to be on disk: the time was over, or the router is stopping. The sender should send
 * it again later; that does no harm if it was appended after all.
 */
public final class PushDelayedException extends IOException {
    private static final long serialVersionUID = 1L;

    public PushDelayedException(String reason) {
        super(reason);
    }
}
