package io.github.dtstream.push;

import java.io.IOException;

/**
 * A message is not known to be on disk: it was not in time, or the router is stopping. To be brought again later, which does no
 * harm where it was appended after all.
 */
public final class PushDelayedException extends IOException {
    private static final long serialVersionUID = 1L;

    public PushDelayedException(String reason) {
        super(reason);
    }
}
