package io.github.dtstream.storage;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that only their owner can read, from their creation on. */
public final class OwnerOnlyFile {
    private OwnerOnlyFile() {}

    /** Writes a new file, which replaces an old one. */
    public static void write(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (UnsupportedOperationException notPosix) {
            create(file);
        }
        Files.writeString(file, text, StandardOpenOption.WRITE);
    }

    private static void create(Path path) throws IOException {
        File file = path.toFile();
        if (!file.createNewFile()) {
            throw new FileAlreadyExistsException(path.toString());
        }
        boolean closed = file.setReadable(false, false) && file.setReadable(true, true);
        if (!closed) {
            // Some file systems do not support owners; then the folder must protect the file.
            file.setReadable(true);
        }
    }
}
