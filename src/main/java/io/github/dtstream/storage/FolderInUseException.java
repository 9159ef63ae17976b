package io.github.dtstream.storage;

import java.io.IOException;

/** Somebody else holds the folder, who may let go of it; the message names the folder and says what to do. */
public final class FolderInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    FolderInUseException(String message) {
        super(message);
    }
}
