package io.github.dtstream.file;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * The deleted files.
 *
 * @param failure why a file could not be checked or deleted; null if nothing failed
 */
public record DeletedFiles(long files, long bytes, @Nullable String failure) {
    public static final DeletedFiles NONE = new DeletedFiles(0, 0, null);

    static DeletedFiles one(long bytes) {
        return new DeletedFiles(1, bytes, null);
    }

    /** A missing file or folder is not a failure. */
    static DeletedFiles failed(IOException failure) {
        return failure instanceof NoSuchFileException ? NONE : new DeletedFiles(0, 0, failure.toString());
    }

    /** The sum of both, with the newer failure. */
    public DeletedFiles plus(DeletedFiles more) {
        return new DeletedFiles(files + more.files, bytes + more.bytes, more.failure == null ? failure : more.failure);
    }
}
