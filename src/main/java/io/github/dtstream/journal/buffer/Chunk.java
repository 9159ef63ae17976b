package io.github.dtstream.journal.buffer;

import io.github.dtstream.event.Event;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.RecordEncoder;
import io.github.dtstream.journal.record.RecordFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Records of one UTC day that wait for the disk, encoded, and as objects for the tail. Filled under the append lock, then
 * owned by the commit thread.
 */
public final class Chunk {
    private static final int FIRST_CAPACITY = 16 << 10;

    /** Objects of half a region and more are laid beside the others by the collector G1, whose least region is 1 MiB. */
    static final int MOST_BYTES = 256 << 10;

    private static final byte[] NOTHING = {};

    private final long day;
    private final List<JournalRecord> records = new ArrayList<>();
    private byte[] bytes;
    private int[] ends = new int[32];
    private int length;
    private long heapBytes;

    /** @param day the UTC day on which its records were received, counted from 1970 */
    public Chunk(long day) {
        this(day, new byte[FIRST_CAPACITY]);
    }

    /** @param room what another chunk has given up */
    Chunk(long day, byte[] room) {
        this.day = day;
        this.bytes = room;
    }

    /** Gives up the array of {@link #bytes}, for another chunk: it is on the disk, and nobody needs its encoded records any more. */
    byte[] giveUpRoom() {
        byte[] room = bytes;
        bytes = NOTHING;
        return room;
    }

    /** How much memory an event takes in a chunk, about, with the room that its encoded bytes have to spare. */
    public static long heapBytes(Event event) {
        return event.heapBytes() + 2L * (RecordFormat.OVERHEAD + event.json().length);
    }

    /** Whether the event has room in it; one has, however large it is. */
    public boolean hasRoomFor(Event event) {
        return records.isEmpty() || length + RecordFormat.OVERHEAD + event.json().length <= MOST_BYTES;
    }

    public void add(JournalRecord record, RecordEncoder encoder) {
        int needed = length + RecordFormat.OVERHEAD + record.event().json().length;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
        }
        if (records.size() == ends.length) {
            ends = Arrays.copyOf(ends, ends.length * 2);
        }
        int end = encoder.encode(record, bytes, length);
        ends[records.size()] = end;
        records.add(record);
        length = end;
        heapBytes += heapBytes(record.event());
    }

    /** What its events take in memory, by {@link #heapBytes(Event)}. */
    public long heapBytes() {
        return heapBytes;
    }

    public long day() {
        return day;
    }

    /** The encoded records, from 0 to {@link #length}. Not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public int size() {
        return records.size();
    }

    public JournalRecord record(int index) {
        return records.get(index);
    }

    public JournalRecord last() {
        return records.get(records.size() - 1);
    }

    public long firstSequence() {
        return records.get(0).sequence();
    }

    /** Where the record ends in {@link #bytes}. */
    public int end(int index) {
        return ends[index];
    }
}
