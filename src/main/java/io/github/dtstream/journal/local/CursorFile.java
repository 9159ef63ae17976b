package io.github.dtstream.journal.local;

import io.github.dtstream.journal.record.Position;
import io.github.dtstream.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber's durable cursor: a file of two lines that are written in turn. Each has a disk sector and a checksum of
 * its own. The valid line with the higher position counts, so if a crash cuts a write short, the line before it counts.
 *
 * <p>Overwriting in place costs one system call, causes no disk traffic, and needs no room on a full disk. A temporary
 * file and a rename cost several calls and, at each commit, the file system's flush of the new file.
 *
 * <p>Thread-safe: the lock guards every field; {@link #sync} waits for the device without it.
 */
final class CursorFile {
    static final String SUFFIX = ".ndjson";
    private static final int SLOT = 512;
    private static final Duration IDLE_WRITTEN = Duration.ofHours(1);
    private static final Pattern LINE = Pattern.compile(
            "(\\{\"subscriber\":\"[A-Za-z0-9_-]+\",\"sequence\":(\\d{1,18}),\"segment\":(\\d{1,18}),\"offset\":(\\d{1,18}),"
                    + "\"updated\":\"[^\"]*\"(?:,\"idle\":(\\d{1,18}))?),\"crc\":\"([0-9a-f]{8})\"} *");

    private final String name;
    private final Path path;
    private final Storage storage;
    private final Clock clock;
    /** Written under the lock, and read without it: a status does not wait for a disk that does not answer. */
    private volatile Position position;
    /** How long the journal has run without its subscriber; written and read in the same way. */
    private volatile Duration idle;
    /** The part of it that is on disk. */
    private Duration idleWritten;

    private Storage.@Nullable OpenFile file;
    private int nextSlot;
    private boolean dirty;

    private CursorFile(
            String name, Path path, Storage storage, Clock clock, Position position, Duration idle, int nextSlot) {
        this.name = name;
        this.path = path;
        this.storage = storage;
        this.clock = clock;
        this.position = position;
        this.idle = idle;
        this.idleWritten = idle;
        this.nextSlot = nextSlot;
    }

    /** A new cursor, which is on disk when this returns. If the disk refuses it, nothing of it remains. */
    static CursorFile create(String name, Path directory, Position position, Storage storage, Clock clock)
            throws IOException {
        CursorFile cursor =
                new CursorFile(name, directory.resolve(name + SUFFIX), storage, clock, position, Duration.ZERO, 0);
        try {
            cursor.writeNew();
            storage.syncDirectory(directory);
        } catch (IOException e) {
            cursor.undo(e);
            throw e;
        }
        return cursor;
    }

    /** A cursor for an existing file that is unreadable; the file is not changed before the first write. */
    static CursorFile inPlaceOf(String name, Path directory, Position position, Storage storage, Clock clock) {
        return new CursorFile(name, directory.resolve(name + SUFFIX), storage, clock, position, Duration.ZERO, 0);
    }

    /** Whether the file was created, and nothing was written to it: its subscriber has not had a cursor yet. */
    static boolean isEmpty(String name, Path directory, Storage storage) throws IOException {
        try (Storage.OpenFile opened = storage.open(directory.resolve(name + SUFFIX))) {
            return opened.size() == 0;
        }
    }

    /** The cursor on disk; null if neither line of the file is valid. */
    static @Nullable CursorFile load(String name, Path directory, Storage storage, Clock clock) throws IOException {
        Path path = directory.resolve(name + SUFFIX);
        byte[] content = new byte[2 * SLOT];
        try (Storage.OpenFile opened = storage.open(path)) {
            int length = 0;
            int count;
            do {
                count = opened.read(content, length, content.length - length, length);
                length += Math.max(count, 0);
            } while (count > 0 && length < content.length);
        }
        Line first = parse(content, 0);
        Line second = parse(content, SLOT);
        if (second != null && (first == null || !first.isNewerThan(second))) {
            return new CursorFile(name, path, storage, clock, second.position(), second.idle(), 0);
        }
        return first == null ? null : new CursorFile(name, path, storage, clock, first.position(), first.idle(), 1);
    }

    /** One of the two lines. */
    private record Line(Position position, Duration idle) {
        /**
         * Whether this line is newer than the other: of a higher position or, without a subscriber, of a longer time.
         */
        boolean isNewerThan(Line other) {
            int further = Long.compare(position.sequence(), other.position.sequence());
            return further > 0 || further == 0 && idle.compareTo(other.idle) > 0;
        }
    }

    String name() {
        return name;
    }

    Position position() {
        return position;
    }

    /**
     * Moves the cursor; it never goes back.
     *
     * @return whether {@link #sync} is needed now and was not before
     */
    synchronized boolean advance(Position to) throws IOException {
        if (to.sequence() <= position.sequence()) {
            return false;
        }
        write(to);
        position = to;
        boolean wasClean = !dirty;
        dirty = true;
        return wasClean;
    }

    /** How long the journal has run without its subscriber. */
    Duration idle() {
        return idle;
    }

    /** Adds time without its subscriber; written to disk every hour. */
    synchronized void addIdle(Duration time) throws IOException {
        idle = idle.plus(time);
        if (idle.minus(idleWritten).compareTo(IDLE_WRITTEN) >= 0) {
            writeIdle();
        }
    }

    /** Resets the time without its subscriber, as it is there. */
    synchronized void used() throws IOException {
        if (!idle.isZero()) {
            idle = Duration.ZERO;
            // Both lines are written, as of two equal positions the one with the longer time counts.
            writeIdle();
            writeIdle();
        }
    }

    /**
     * Writes both lines in place, and makes them durable. The file is never emptied for that: after a power cut an empty
     * one would count as a subscriber that did not exist.
     */
    void overwrite() throws IOException {
        synchronized (this) {
            writeIdle();
            writeIdle();
        }
        sync();
    }

    private void writeIdle() throws IOException {
        write(position);
        idleWritten = idle;
        dirty = true;
    }

    /** Makes the cursor's position durable. */
    void sync() throws IOException {
        Storage.OpenFile opened;
        synchronized (this) {
            if (!dirty || file == null) {
                return;
            }
            opened = file;
            dirty = false;
        }
        try {
            opened.force();
        } catch (IOException e) {
            synchronized (this) {
                dirty = true;
            }
            throw e;
        }
    }

    synchronized boolean isDirty() {
        return dirty;
    }

    synchronized void delete() throws IOException {
        close();
        storage.delete(path);
    }

    /** Writes the time that was counted since it was last written. */
    synchronized void writeRest() throws IOException {
        if (!idle.equals(idleWritten)) {
            writeIdle();
        }
    }

    synchronized void close() throws IOException {
        Storage.OpenFile closing = file;
        file = null;
        if (closing != null) {
            closing.close();
        }
    }

    private synchronized void writeNew() throws IOException {
        Storage.OpenFile created = storage.create(path);
        file = created;
        byte[] both = Arrays.copyOf(line(position), 2 * SLOT);
        System.arraycopy(both, 0, both, SLOT, SLOT);
        created.write(both, 0, both.length, 0);
        created.force();
    }

    /** Deletes what a creation has left that failed, as the next start would take it for a cursor. */
    private synchronized void undo(IOException failure) {
        try {
            close();
        } catch (IOException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
        try {
            storage.delete(path);
        } catch (IOException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
    }

    private void write(Position to) throws IOException {
        if (file == null) {
            file = storage.open(path);
        }
        file.write(line(to), 0, SLOT, (long) nextSlot * SLOT);
        nextSlot = 1 - nextSlot;
    }

    private byte[] line(Position at) {
        String checked = "{\"subscriber\":\"" + name + "\",\"sequence\":" + at.sequence() + ",\"segment\":"
                + at.segment() + ",\"offset\":" + at.offset() + ",\"updated\":\"" + clock.instant() + "\""
                + (idle.isZero() ? "" : ",\"idle\":" + idle.toSeconds());
        byte[] text = (checked + ",\"crc\":\"" + crc(checked) + "\"}").getBytes(StandardCharsets.US_ASCII);
        byte[] slot = Arrays.copyOf(text, SLOT);
        Arrays.fill(slot, text.length, SLOT - 1, (byte) ' ');
        slot[SLOT - 1] = '\n';
        return slot;
    }

    private static @Nullable Line parse(byte[] content, int slot) {
        Matcher line = LINE.matcher(new String(content, slot, SLOT - 1, StandardCharsets.US_ASCII));
        if (!line.matches() || !crc(line.group(1)).equals(line.group(6))) {
            return null;
        }
        Position at = new Position(
                Long.parseLong(line.group(2)), Long.parseLong(line.group(3)), Long.parseLong(line.group(4)));
        String seconds = line.group(5);
        return new Line(at, seconds == null ? Duration.ZERO : Duration.ofSeconds(Long.parseLong(seconds)));
    }

    private static String crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
