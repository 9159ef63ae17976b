package io.github.dtstream.gap.fill;

import io.github.dtstream.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Pages that come newest first and are taken oldest first. The newest is in memory, the others are in a file, which is
 * deleted when the stack is closed. Most devices have one page and need no file. Not thread-safe.
 */
final class PageStack implements AutoCloseable {
    private final Path file;
    private final Storage storage;
    private final Deque<Integer> lengths = new ArrayDeque<>();
    private byte @Nullable [] top;
    private Storage.@Nullable OpenFile spilled;
    private long end;

    /** @param file created for the second page; an existing file is overwritten */
    PageStack(Path file, Storage storage) {
        this.file = file;
        this.storage = storage;
    }

    void push(byte[] page) throws IOException {
        if (top != null) {
            spill(top);
        }
        top = page;
    }

    /** @return null if none is left */
    byte @Nullable [] pop() throws IOException {
        byte[] page = top;
        top = null;
        return page != null || lengths.isEmpty() ? page : unspill();
    }

    private void spill(byte[] page) throws IOException {
        if (spilled == null) {
            storage.createDirectories(file.toAbsolutePath().resolveSibling(""));
            spilled = storage.create(file);
        }
        spilled.write(page, 0, page.length, end);
        lengths.push(page.length);
        end += page.length;
    }

    private byte[] unspill() throws IOException {
        Storage.OpenFile open = spilled;
        if (open == null) {
            throw new IllegalStateException("pages were spilled, but to no file");
        }
        byte[] page = new byte[lengths.pop()];
        end -= page.length;
        open.readFully(page, end);
        open.truncate(end);
        return page;
    }

    @Override
    public void close() throws IOException {
        if (spilled != null) {
            spilled.close();
            storage.delete(file);
        }
    }
}
