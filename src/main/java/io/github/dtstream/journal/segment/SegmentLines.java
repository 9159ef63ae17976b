package io.github.dtstream.journal.segment;

import io.github.dtstream.storage.Storage;
import io.github.dtstream.wire.ByteSearch;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment line by line in blocks. A line is {@code length} bytes of {@code buffer} from {@code start},
 * without its line feed. Not thread-safe.
 */
public final class SegmentLines implements Closeable {
    /** Some eighty events. Each reader keeps a block, of which there are several for each stream; larger ones are no faster. */
    private static final int BLOCK = 32 << 10;

    private final Storage storage;
    private @Nullable Segment segment;
    private Storage.@Nullable OpenFile file;
    private byte[] block = new byte[0];
    /** The offset of the block in the file. */
    private long blockOffset;

    private int filled;
    private int start;
    private int end;
    private int next;

    public SegmentLines(Storage storage) {
        this.storage = storage;
    }

    /** Moves to an offset in a segment. */
    void moveTo(Segment target, long offset) throws IOException {
        if (segment != target || file == null) {
            close();
            file = storage.open(target.path());
            segment = target;
            blockOffset = offset;
            filled = 0;
        }
        if (offset < blockOffset || offset > blockOffset + filled) {
            blockOffset = offset;
            filled = 0;
        }
        next = (int) (offset - blockOffset);
        start = next;
        end = next;
    }

    /**
     * Moves to the next line.
     *
     * @param limit the end of the readable part of the segment
     * @return false if there is no line before the limit
     */
    boolean next(long limit) throws IOException {
        start = next;
        int searched = start;
        while (true) {
            int found = ByteSearch.indexOfLineFeed(block, searched, filled);
            if (found < filled) {
                end = found;
                next = found + 1;
                return true;
            }
            searched = filled - start;
            if (!fill(limit)) {
                end = filled;
                next = filled;
                return start < end;
            }
            searched += start;
        }
    }

    byte[] buffer() {
        return block;
    }

    int start() {
        return start;
    }

    int length() {
        return end - start;
    }

    /** Whether the line ends with a line feed; otherwise it is incomplete. */
    boolean isComplete() {
        return next > end;
    }

    /** The offset of the line in the file. */
    long offset() {
        return blockOffset + start;
    }

    /** The offset of the next line in the file. */
    long nextOffset() {
        return blockOffset + next;
    }

    byte[] copy() {
        return Arrays.copyOfRange(block, start, end);
    }

    /** Reads the next block, and keeps the line that has begun; false at the limit. */
    private boolean fill(long limit) throws IOException {
        long position = blockOffset + filled;
        if (position >= limit || file == null) {
            return false;
        }
        int kept = filled - start;
        // A block that was enlarged for one long line is replaced by a small one again.
        boolean fits = kept + BLOCK / 2 <= block.length && (block.length <= BLOCK || kept > BLOCK / 2);
        byte[] into = fits ? block : new byte[Math.max(BLOCK, kept * 2)];
        System.arraycopy(block, start, into, 0, kept);
        block = into;
        blockOffset += start;
        start = 0;
        next = 0;
        filled = kept;
        int count = file.read(block, kept, (int) Math.min(block.length - kept, limit - position), position);
        if (count <= 0) {
            return false;
        }
        filled += count;
        return true;
    }

    @Override
    public void close() throws IOException {
        Storage.OpenFile closing = file;
        file = null;
        segment = null;
        if (closing != null) {
            closing.close();
        }
    }
}
