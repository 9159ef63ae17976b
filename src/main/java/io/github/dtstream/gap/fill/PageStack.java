package io.github.dtstream.gap.fill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Pages that go in newest first and come out oldest first. The one pushed last is in memory, the others in a file that goes
 * when the stack is closed; most devices have one page and need no file. Not thread-safe.
 */
final class PageStack implements AutoCloseable {
    private final Path file;
    private final Deque<Integer> lengths = new ArrayDeque<>();
    private byte @Nullable [] top;
    private @Nullable FileChannel channel;

    /** @param file made when a second page comes; what was there before is overwritten */
    PageStack(Path file) {
        this.file = file;
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
        if (channel == null) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            channel = FileChannel.open(
                    file,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
        }
        ByteBuffer buffer = ByteBuffer.wrap(page);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        lengths.push(page.length);
    }

    private byte[] unspill() throws IOException {
        FileChannel open = channel;
        if (open == null) {
            throw new IllegalStateException("pages were spilled, but to no file");
        }
        byte[] page = new byte[lengths.pop()];
        long start = open.size() - page.length;
        ByteBuffer buffer = ByteBuffer.wrap(page);
        while (buffer.hasRemaining()) {
            if (open.read(buffer, start + buffer.position()) < 0) {
                throw new IOException(file + " is shorter than what was written to it");
            }
        }
        open.truncate(start);
        open.position(start);
        return page;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            Files.deleteIfExists(file);
        }
    }
}
