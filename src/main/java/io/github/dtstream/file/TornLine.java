package io.github.dtstream.file;

import io.github.dtstream.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes the bytes after the last newline of a file. Stateless, except for its listener. */
final class TornLine {

    private static final Logger LOG = LoggerFactory.getLogger(TornLine.class);

    private static final int BLOCK = 64 * 1024;

    /**
     * No record is nearly as long, in bytes: if so much follows the last newline, the file does not consist of lines.
     */
    static final int LONGEST = 16 * 1024 * 1024;

    private static final byte[] NEWLINE = {'\n'};

    private final TornLineListener listener;

    TornLine(TornLineListener listener) {
        this.listener = listener;
    }

    /** Makes the file empty or end in a newline. */
    void removeFrom(Path path, Storage.OpenFile file) throws IOException {
        long length = file.size();
        long start = startOfLastLine(file, length);
        if (start == length) {
            return;
        }
        if (length - start > LONGEST) {
            LOG.warn(
                    "{} does not end in a line: its last {} bytes are kept, and a newline is set behind",
                    path,
                    LONGEST);
            file.write(NEWLINE, 0, NEWLINE.length, length);
            return;
        }
        byte[] remnant = new byte[(int) (length - start)];
        file.readFully(remnant, start);
        LOG.warn("{} ended in {} bytes of a line that was cut short: removed", path, remnant.length);
        listener.tornLine(path, remnant);
        file.truncate(start);
    }

    /** The position after the last newline, or any position further than {@link #LONGEST} from the end. */
    private static long startOfLastLine(Storage.OpenFile file, long length) throws IOException {
        // The last byte is almost always the newline.
        int size = 1;
        long end = length;
        while (end > 0 && length - end <= LONGEST) {
            byte[] block = new byte[(int) Math.min(size, end)];
            file.readFully(block, end - block.length);
            for (int i = block.length - 1; i >= 0; i--) {
                if (block[i] == '\n') {
                    return end - block.length + i + 1;
                }
            }
            end -= block.length;
            size = BLOCK;
        }
        return end;
    }
}
