package io.github.dtstream.series.block;

import io.github.dtstream.reading.Quantity;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.zip.CRC32C;

/**
 * The format of a block on disk, big-endian:
 *
 * <pre>
 * header       magic, fingerprint of the quantities, first, last, last received (µs), oldest and newest time (ms),
 *              points, series, bytes of the names, CRC-32C of all that
 * points       by series, oldest first: all its times (8 bytes each), then all its values (8 bytes each)
 * directory    for each series, by hash: hash, number of its first point, points, oldest and newest time, newest value,
 *              checksum of its points, where its name begins, CRC-32C of all that
 * names        DEVICE/QUANTITY, ASCII, a line feed behind each
 * checksum     CRC-32C of header, directory and names
 * </pre>
 */
public final class BlockFormat {
    private static final int MAGIC = 0x44545331; // DTS1
    private static final int CHECKED_HEADER_BYTES = 4 + 4 + 5 * 8 + 3 * 4;
    static final int HEADER_BYTES = CHECKED_HEADER_BYTES + 4;
    static final int POINT_BYTES = 16;
    private static final int CHECKED_ENTRY_BYTES = 8 + 4 + 4 + 8 + 8 + 8 + 4 + 4;
    static final int ENTRY_BYTES = CHECKED_ENTRY_BYTES + 4;
    static final int CHECKSUM_BYTES = 4;

    /** Identifies the quantities and states of this version; blocks store states as their indexes. */
    private static final int FINGERPRINT = fingerprint();

    private BlockFormat() {}

    private static int fingerprint() {
        int hash = 1;
        for (Quantity quantity : Quantity.values()) {
            hash = 31 * hash + (quantity.key() + quantity.states()).hashCode();
        }
        return hash;
    }

    /** The header's fields. */
    record Header(Block block, int series, int nameBytes) {
        long directoryOffset() {
            return HEADER_BYTES + (long) block.points() * POINT_BYTES;
        }

        /** The length of directory and names. */
        int directoryBytes() {
            return series * ENTRY_BYTES + nameBytes;
        }

        static long fileBytes(int points, int series, int nameBytes) {
            return HEADER_BYTES
                    + (long) points * POINT_BYTES
                    + (long) series * ENTRY_BYTES
                    + nameBytes
                    + CHECKSUM_BYTES;
        }

        byte[] encode() {
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES)
                    .putInt(MAGIC)
                    .putInt(FINGERPRINT)
                    .putLong(block.first())
                    .putLong(block.last())
                    .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, block.lastReceived()))
                    .putLong(block.minTime())
                    .putLong(block.maxTime())
                    .putInt(block.points())
                    .putInt(series)
                    .putInt(nameBytes);
            return header.putInt(checksum(header.array(), 0, CHECKED_HEADER_BYTES))
                    .array();
        }

        /** @throws SpoiltBlockException if it is not a header, or was written by another version */
        static Header decode(byte[] bytes, long fileBytes) throws SpoiltBlockException {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            if (in.getInt(CHECKED_HEADER_BYTES) != checksum(bytes, 0, CHECKED_HEADER_BYTES)) {
                throw new SpoiltBlockException("its beginning is spoilt");
            }
            if (in.getInt() != MAGIC || in.getInt() != FINGERPRINT) {
                throw new SpoiltBlockException("it was written by another version");
            }
            Block block = new Block(
                    in.getLong(),
                    in.getLong(),
                    Instant.EPOCH.plus(in.getLong(), ChronoUnit.MICROS),
                    in.getLong(),
                    in.getLong(),
                    in.getInt(),
                    fileBytes);
            Header header = new Header(block, in.getInt(), in.getInt());
            if (block.points() < 0
                    || header.series < 0
                    || header.nameBytes < 0
                    || fileBytes(block.points(), header.series, header.nameBytes) != fileBytes) {
                throw new SpoiltBlockException("it is cut short");
            }
            return header;
        }
    }

    /** The directory entry of a series. */
    public record Entry(
            long hash,
            int firstPoint,
            int points,
            long minTime,
            long maxTime,
            double newest,
            int checksum,
            int nameOffset) {
        void encode(ByteBuffer to) {
            ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
            entry.putLong(hash)
                    .putInt(firstPoint)
                    .putInt(points)
                    .putLong(minTime)
                    .putLong(maxTime)
                    .putDouble(newest)
                    .putInt(checksum)
                    .putInt(nameOffset);
            entry.putInt(BlockFormat.checksum(entry.array(), 0, CHECKED_ENTRY_BYTES));
            to.put(entry.array());
        }

        static Entry decode(byte[] bytes, int offset) throws SpoiltBlockException {
            ByteBuffer from = ByteBuffer.wrap(bytes, offset, ENTRY_BYTES);
            Entry entry = new Entry(
                    from.getLong(),
                    from.getInt(),
                    from.getInt(),
                    from.getLong(),
                    from.getLong(),
                    from.getDouble(),
                    from.getInt(),
                    from.getInt());
            if (from.getInt() != BlockFormat.checksum(bytes, offset, CHECKED_ENTRY_BYTES)) {
                throw new SpoiltBlockException("its directory is spoilt");
            }
            return entry;
        }
    }

    static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    static int checksum(byte[]... parts) {
        CRC32C crc = new CRC32C();
        for (byte[] part : parts) {
            crc.update(part);
        }
        return (int) crc.getValue();
    }
}
