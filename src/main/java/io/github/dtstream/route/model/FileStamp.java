package io.github.dtstream.route.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * The attributes by which a change of a file is noticed. Immutable.
 *
 * @param modified null if there is no file
 * @param fileKey the file's identity; null if the file system has none
 */
public record FileStamp(
        @Nullable FileTime modified, long size, @Nullable Object fileKey) {
    private static final FileStamp GONE = new FileStamp(null, 0, null);

    /** The present stamp of a file, by one system call. */
    public static FileStamp of(Path path) {
        try {
            BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
            return new FileStamp(file.lastModifiedTime(), file.size(), file.fileKey());
        } catch (IOException e) {
            return GONE;
        }
    }
}
