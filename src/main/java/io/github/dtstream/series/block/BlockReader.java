package io.github.dtstream.series.block;

import io.github.dtstream.series.block.BlockFormat.Entry;
import io.github.dtstream.series.block.BlockFormat.Header;
import io.github.dtstream.series.value.PointConsumer;
import io.github.dtstream.series.value.SeriesKey;
import io.github.dtstream.storage.Storage;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a block. Each method throws {@link SpoiltBlockException} if the file is not as it was written. Not thread-safe.
 */
public final class BlockReader implements Closeable {
    /** A directory up to this size is read whole. */
    private static final int WHOLE_DIRECTORY_BYTES = 64 << 10;
    /** A part of a directory up to this size is read at once and not halved again. */
    private static final int PAGE_BYTES = 4 << 10;

    private final Storage.OpenFile file;
    private final Header header;
    private byte @Nullable [] directory;

    BlockReader(Path path, Storage storage) throws IOException {
        file = storage.open(path);
        try {
            long size = file.size();
            if (size < BlockFormat.HEADER_BYTES) {
                throw new SpoiltBlockException("it is cut short");
            }
            header = Header.decode(bytes(0, BlockFormat.HEADER_BYTES), size);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    Block block() {
        return header.block();
    }

    /** Gets the directory entry of each series. */
    public interface EntryConsumer {
        void accept(String name, Entry entry);
    }

    /** Checks everything except the points, and hands over the directory. */
    void check(EntryConsumer consumer) throws IOException {
        byte[] entries = bytes(header.directoryOffset(), header.series() * BlockFormat.ENTRY_BYTES);
        byte[] names = bytes(header.directoryOffset() + entries.length, header.nameBytes());
        byte[] checksum = bytes(header.directoryOffset() + header.directoryBytes(), BlockFormat.CHECKSUM_BYTES);
        if (ByteBuffer.wrap(checksum).getInt() != BlockFormat.checksum(header.encode(), entries, names)) {
            throw new SpoiltBlockException("its checksum is wrong");
        }
        int nameOffset = 0;
        for (int i = 0; i < header.series(); i++) {
            Entry entry = Entry.decode(entries, i * BlockFormat.ENTRY_BYTES);
            int end = nameOffset;
            while (end < names.length && names[end] != '\n') {
                end++;
            }
            consumer.accept(new String(names, nameOffset, end - nameOffset, StandardCharsets.US_ASCII), entry);
            nameOffset = end + 1;
        }
    }

    /** The directory entry of a series; null if the block has no values of it. */
    @Nullable
    public Entry find(SeriesKey key) throws IOException {
        long hash = key.hash();
        int low = 0;
        int high = header.series();
        byte[] whole = wholeDirectory();
        while (whole == null ? (high - low) * BlockFormat.ENTRY_BYTES > PAGE_BYTES : high - low > 8) {
            int middle = (low + high) >>> 1;
            if (entryAt(whole, middle).hash() < hash) {
                low = middle + 1;
            } else {
                high = middle + 1;
            }
        }
        byte[] page = whole != null ? whole : entries(low, high - low);
        int begin = whole != null ? 0 : low;
        for (int i = low; i < high; i++) {
            Entry entry = Entry.decode(page, (i - begin) * BlockFormat.ENTRY_BYTES);
            if (entry.hash() == hash) {
                requireName(entry, key);
                return entry;
            }
        }
        return null;
    }

    private byte @Nullable [] wholeDirectory() throws IOException {
        if (directory == null && header.series() * BlockFormat.ENTRY_BYTES <= WHOLE_DIRECTORY_BYTES) {
            directory = entries(0, header.series());
        }
        return directory;
    }

    private Entry entryAt(byte @Nullable [] whole, int index) throws IOException {
        return whole != null
                ? Entry.decode(whole, index * BlockFormat.ENTRY_BYTES)
                : Entry.decode(entries(index, 1), 0);
    }

    private byte[] entries(int from, int count) throws IOException {
        return bytes(header.directoryOffset() + (long) from * BlockFormat.ENTRY_BYTES, count * BlockFormat.ENTRY_BYTES);
    }

    /** Checks the name. A spoilt name is far more likely than two names with the same 64-bit hash. */
    private void requireName(Entry entry, SeriesKey key) throws IOException {
        byte[] name = key.name().getBytes(StandardCharsets.US_ASCII);
        if (entry.nameOffset() < 0 || entry.nameOffset() + name.length >= header.nameBytes()) {
            throw new SpoiltBlockException("its directory is spoilt");
        }
        long names = header.directoryOffset() + (long) header.series() * BlockFormat.ENTRY_BYTES;
        byte[] found = bytes(names + entry.nameOffset(), name.length + 1);
        if (found[name.length] != '\n' || !Arrays.equals(found, 0, name.length, name, 0, name.length)) {
            throw new SpoiltBlockException("a name is spoilt");
        }
    }

    /** Hands over the values in a span, the oldest first. */
    public void read(Entry entry, long from, long to, PointConsumer consumer) throws IOException {
        if (entry.firstPoint() < 0
                || entry.points() < 0
                || entry.firstPoint() + (long) entry.points() > block().points()) {
            throw new SpoiltBlockException("its directory is spoilt");
        }
        long offset = BlockFormat.HEADER_BYTES + (long) entry.firstPoint() * BlockFormat.POINT_BYTES;
        byte[] times = bytes(offset, entry.points() * Long.BYTES);
        byte[] values = bytes(offset + times.length, entry.points() * Double.BYTES);
        CRC32C crc = new CRC32C();
        crc.update(times);
        crc.update(values);
        if ((int) crc.getValue() != entry.checksum()) {
            throw new SpoiltBlockException("the checksum of a series is wrong");
        }
        ByteBuffer time = ByteBuffer.wrap(times);
        ByteBuffer value = ByteBuffer.wrap(values);
        for (int i = 0; i < entry.points(); i++) {
            long at = time.getLong(i * Long.BYTES);
            if (at >= to) {
                return;
            }
            if (at >= from) {
                consumer.accept(at, value.getDouble(i * Double.BYTES));
            }
        }
    }

    private byte[] bytes(long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        try {
            file.readFully(bytes, position);
        } catch (EOFException e) {
            throw new SpoiltBlockException("it is cut short");
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
