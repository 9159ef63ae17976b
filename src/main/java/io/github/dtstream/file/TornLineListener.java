package io.github.dtstream.file;

import java.nio.file.Path;

/** Gets the beginning of a line that a crash cut short, before it is removed from its file. */
@FunctionalInterface
public interface TornLineListener {

    /**
     * Called on the appending thread, under the file's lock, so it must be short. If it throws an exception, the append
     * fails, and the file is not changed.
     *
     * @param file the file with the torn line
     * @param remnant all bytes after the file's last newline; never empty
     */
    void tornLine(Path file, byte[] remnant);
}
