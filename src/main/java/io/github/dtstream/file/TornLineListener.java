package io.github.dtstream.file;

import java.nio.file.Path;

/** Is told of the beginning of a line that a crash cut short, before it is removed from its file. */
@FunctionalInterface
public interface TornLineListener {

    /**
     * Called on the thread that appends, under the file's lock: keep it short. What it throws fails the append, and the
     * file stays as it is.
     *
     * @param file the file that ended in it
     * @param remnant all bytes after the file's last newline; never empty
     */
    void tornLine(Path file, byte[] remnant);
}
