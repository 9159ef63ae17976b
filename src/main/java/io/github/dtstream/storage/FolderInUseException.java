package io.github.dtstream.storage;

import java.io.IOException;

/**
 * Thrown if another owner has the folder, possibly only for a time; the message names the folder and says what to do.
 */
public final class FolderInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    FolderInUseException(String message) {
        super(message);
    }
}
