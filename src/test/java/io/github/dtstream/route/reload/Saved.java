package io.github.dtstream.route.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Saves files as one change, for tests of a router that watches them. A file that is written over is empty for a moment:
 * on a machine that is busy for longer than the router waits for the end of an edit, that would be an edit of its own.
 */
public final class Saved {
    private Saved() {}

    /** Saves a file with this text; one that is there is replaced. */
    public static void at(Path file, String text) throws IOException {
        Path folder = file.toAbsolutePath().normalize().getParent();
        Path temporary = Files.createTempFile(folder, ".saved", ".tmp");
        Files.writeString(temporary, text);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
