package io.github.dtstream.journal.segment;

import io.github.dtstream.journal.buffer.Chunk;
import io.github.dtstream.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes chunks to the newest segment and begins new ones. Written records count only after {@link #force} returned;
 * after an exception the caller passes all chunks since then again. Used by the commit thread only.
 */
public final class SegmentWriter {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentWriter.class);

    private final Storage storage;
    private final Path directory;
    private final Segments segments;
    private final long segmentBytes;

    private @Nullable Segment segment;
    private Storage.@Nullable OpenFile file;
    private long written;

    public SegmentWriter(Storage storage, Path directory, Segments segments, long segmentBytes) {
        this.storage = storage;
        this.directory = directory;
        this.segments = segments;
        this.segmentBytes = segmentBytes;
    }

    /** Continues the segment that recovery left open. */
    public void resume(Segment last, Storage.OpenFile opened) {
        segment = last;
        file = opened;
        written = last.durableBytes();
    }

    /** Whether the chunk can be written to the present segment. */
    public boolean accepts(Chunk chunk) {
        return segment != null
                && file != null
                && written < segmentBytes
                && segment.date().toEpochDay() == chunk.day();
    }

    /** Begins a new segment if the chunk needs one. Call this only if everything is forced. */
    public Segment segmentFor(Chunk chunk) throws IOException {
        if (segment == null || !accepts(chunk)) {
            finish();
            begin(chunk);
        }
        return current();
    }

    /** Appends the chunk; returns its offset. */
    public long write(Chunk chunk) throws IOException {
        long offset = written;
        open().write(chunk.bytes(), 0, chunk.length(), offset);
        written += chunk.length();
        return offset;
    }

    /** Makes the written records durable. */
    public void force(Chunk last) throws IOException {
        try {
            open().force();
        } catch (IOException | RuntimeException | Error e) {
            // After a failed fsync the kernel may have dropped the data that it could not write, and the next fsync
            // would succeed. So nothing that is written to this file later can be trusted.
            abandon();
            throw e;
        }
        current().durable(written, last.last().received());
    }

    /** Removes the records that were written and not forced; if that fails, the next chunk begins a new segment. */
    public void undo() {
        if (file == null || segment == null) {
            return;
        }
        try {
            file.truncate(segment.durableBytes());
            written = segment.durableBytes();
        } catch (IOException | RuntimeException | Error e) {
            LOG.warn("segment {} cannot be cut off at its last durable record; going on in a new one", segment, e);
            abandon();
        }
    }

    /** Leaves the segment as it is; readers stop at its durable end. {@link #begin} deletes an empty one. */
    private void abandon() {
        closeQuietly();
        file = null;
    }

    private void finish() {
        if (file != null) {
            closeQuietly();
            file = null;
        }
    }

    private void begin(Chunk chunk) throws IOException {
        if (segment != null && segment.durableBytes() == 0) {
            Segment empty = segment;
            segments.delete(empty, () -> storage.delete(empty.path()));
        }
        segment = null;
        Segment begun = new Segment(directory, chunk.firstSequence(), LocalDate.ofEpochDay(chunk.day()));
        Storage.OpenFile created = storage.create(begun.path());
        try {
            storage.syncDirectory(directory);
        } catch (IOException e) {
            created.close();
            throw e;
        }
        segments.add(begun);
        file = created;
        segment = begun;
        written = 0;
    }

    private Segment current() {
        if (segment == null) {
            throw new IllegalStateException("no segment");
        }
        return segment;
    }

    private Storage.OpenFile open() {
        if (file == null) {
            throw new IllegalStateException("no open segment");
        }
        return file;
    }

    private void closeQuietly() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            LOG.warn("segment {} could not be closed", segment, e);
        }
    }

    public void close() {
        finish();
    }
}
