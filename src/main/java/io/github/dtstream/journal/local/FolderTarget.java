package io.github.dtstream.journal.local;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.JournalSnapshot;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.StoredJournals;
import io.github.dtstream.journal.buffer.Chunk;
import io.github.dtstream.journal.buffer.Chunks;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.journal.segment.CorruptRecords;
import io.github.dtstream.journal.segment.Recovery;
import io.github.dtstream.journal.segment.Segment;
import io.github.dtstream.journal.segment.SegmentWriter;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a journal into a folder beside its own, {@code STREAM.importing}, which gets the journal's name when it is
 * complete. A repeated attempt begins anew. Used by one thread.
 */
final class FolderTarget implements StoredJournals.Target {
    private static final String SUFFIX = ".importing";
    /** The file with the identifier of the export that a journal comes from. */
    private static final String ORIGIN = "imported";

    private static final long FLUSH_BYTES = 4 << 20;

    private final StoredJournals.Name name;
    private final Path folder;
    private final Path importing;
    private final AtomicFile state;
    private final JournalSnapshot snapshot;
    private final Storage storage;
    private final Clock clock;
    private final SegmentWriter segments;
    private final Chunks chunks = new Chunks();
    private @Nullable Chunk unforced;
    private long next;
    private boolean hasLive;

    private FolderTarget(
            StoredJournals.Name name,
            Path folder,
            AtomicFile state,
            JournalSnapshot snapshot,
            Storage storage,
            Clock clock,
            SegmentWriter segments) {
        this.name = name;
        this.folder = folder;
        this.importing = importing(folder);
        this.state = state;
        this.snapshot = snapshot;
        this.storage = storage;
        this.clock = clock;
        this.segments = segments;
        next = snapshot.first();
    }

    /** @param gaps the file of the gap ledger; null for a journal of alarms, whose state is in its folder */
    static StoredJournals.Target open(
            StoredJournals.Name name,
            Path folder,
            @Nullable Path gaps,
            JournalSnapshot snapshot,
            String export,
            JournalSettings settings,
            Storage storage,
            Clock clock)
            throws IOException {
        if (storage.exists(folder)) {
            Path origin = folder.resolve(ORIGIN);
            if (storage.exists(origin) && new String(storage.read(origin), StandardCharsets.UTF_8).equals(export)) {
                return new Completed();
            }
            throw new IOException(
                    folder.toAbsolutePath() + " has " + name
                            + " already, and an import does not mix journals: move that folder away, or choose another data folder");
        }
        Path importing = importing(folder);
        if (storage.exists(importing)) {
            delete(importing, storage);
        } else if (gaps != null && storage.exists(gaps)) {
            throw new IOException(gaps.toAbsolutePath() + " has the gap ledger of " + name
                    + " already: move that file away, or choose another data folder");
        }
        Path segments = importing.resolve(LocalJournal.SEGMENTS);
        storage.createDirectories(segments);
        storage.createDirectories(importing.resolve(LocalJournal.CURSORS));
        try (Storage.OpenFile origin = storage.create(importing.resolve(ORIGIN))) {
            byte[] text = export.getBytes(StandardCharsets.UTF_8);
            origin.write(text, 0, text.length, 0);
            origin.force();
        }
        Recovery none = new Recovery(storage, CorruptRecords.passedOver(), new EnvelopeDecoder()::decodeEvent);
        return new FolderTarget(
                name,
                folder,
                AtomicFile.keepingPrevious(gaps == null ? importing.resolve(LocalJournals.ALARM_STATE) : gaps, storage),
                snapshot,
                storage,
                clock,
                new SegmentWriter(storage, segments, none.find(segments), settings.segmentBytes()));
    }

    private static Path importing(Path folder) {
        return folder.resolveSibling(folder.getFileName() + SUFFIX);
    }

    private static void delete(Path folder, Storage storage) throws IOException {
        for (String file : storage.list(folder)) {
            Path path = folder.resolve(file);
            if (Files.isDirectory(path)) {
                delete(path, storage);
            } else {
                storage.delete(path);
            }
        }
        storage.delete(folder);
    }

    @Override
    public long next() {
        return next;
    }

    @Override
    public void write(JournalRecord record) throws IOException {
        hasLive |= record.source() == Source.LIVE;
        next = record.sequence() + 1;
        chunks.add(record);
        if (chunks.bytes() >= FLUSH_BYTES) {
            flush();
        }
    }

    private void flush() throws IOException {
        for (Chunk chunk : chunks.take()) {
            if (!segments.accepts(chunk)) {
                force();
                segments.segmentFor(chunk);
            }
            segments.write(chunk);
            unforced = chunk;
        }
    }

    private void force() throws IOException {
        if (unforced != null) {
            segments.force(unforced);
            unforced = null;
        }
    }

    @Override
    public void complete() throws IOException {
        requireLastLive();
        flush();
        force();
        segments.close();
        if (next < snapshot.next()) {
            beginAt(snapshot.next());
        }
        for (JournalSnapshot.Cursor cursor : snapshot.cursors()) {
            write(cursor);
        }
        byte[] content = snapshot.state();
        if (content != null) {
            state.save(content);
        }
        storage.syncDirectory(importing.resolve(LocalJournal.SEGMENTS));
        storage.syncDirectory(importing.resolve(LocalJournal.CURSORS));
        storage.syncDirectory(importing);
        storage.move(importing, folder);
        storage.syncDirectory(Objects.requireNonNull(folder.getParent()));
    }

    /** A local journal finds in its records until when everything was received. */
    private void requireLastLive() throws IOException {
        if (name.kind() == Journals.Kind.EVENTS && snapshot.lastLive() != null && !hasLive) {
            throw new IOException(
                    "the export has no live record of " + name + " any more, only the time of the last one, "
                            + snapshot.lastLive()
                            + ", which files cannot keep: begin with an empty journal, and read with backfill what came since");
        }
    }

    /** Adds an empty segment, which keeps the number of the next record. */
    private void beginAt(long number) throws IOException {
        Instant received = snapshot.lastReceived() == null ? clock.instant() : snapshot.lastReceived();
        Path empty = importing
                .resolve(LocalJournal.SEGMENTS)
                .resolve(Segment.fileName(number, LocalDate.ofInstant(received, ZoneOffset.UTC)));
        try (Storage.OpenFile created = storage.create(empty)) {
            created.force();
        }
    }

    private void write(JournalSnapshot.Cursor of) throws IOException {
        CursorFile cursor = CursorFile.create(
                of.subscriber(), importing.resolve(LocalJournal.CURSORS), Position.before(of.next()), storage, clock);
        cursor.addIdle(of.idle());
        cursor.writeRest();
        cursor.sync();
        cursor.close();
    }

    @Override
    public void close() {
        segments.close();
    }

    /** A journal that an earlier attempt has completed. */
    private static final class Completed implements StoredJournals.Target {
        @Override
        public long next() {
            return Long.MAX_VALUE;
        }

        @Override
        public void write(JournalRecord record) {
            throw new IllegalStateException("the journal is complete");
        }

        @Override
        public void complete() {}

        @Override
        public void close() {}
    }
}
