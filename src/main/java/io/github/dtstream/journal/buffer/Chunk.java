package io.github.dtstream.journal.buffer;

import io.github.dtstream.event.Event;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.RecordEncoder;
import io.github.dtstream.journal.record.RecordFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Records of one UTC day that wait for the disk, encoded, and as objects for the tail. Filled under the append lock,
 * then owned by the commit thread.
 */
public final class Chunk {
    private static final int FIRST_CAPACITY = 16 << 10;

    /**
     * The collector G1 puts objects of half a region or more into regions of their own. Its smallest region is 1 MiB.
     */
    static final int MOST_BYTES = 256 << 10;

    private static final byte[] NOTHING = {};

    private final long day;
    private final List<JournalRecord> records = new ArrayList<>();
    private byte[] bytes;
    private int[] ends = new int[32];
    private int length;
    private long heapBytes;

    /** @param day the UTC day of the records' receipt, counted from 1970 */
    public Chunk(long day) {
        this(day, new byte[FIRST_CAPACITY]);
    }

    /** @param room the array of an earlier chunk */
    Chunk(long day, byte[] room) {
        this.day = day;
        this.bytes = room;
    }

    /** Gives the array of {@link #bytes} to another chunk: the encoded records are on disk and not needed any more. */
    byte[] giveUpRoom() {
        byte[] room = bytes;
        bytes = NOTHING;
        return room;
    }

    /** The approximate memory of an event in a chunk, including spare room for its encoded bytes. */
    public static long heapBytes(Event event) {
        return event.heapBytes() + 2L * (RecordFormat.OVERHEAD + event.json().length);
    }

    /** Whether the event fits; the first event always does, whatever its size. */
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

    /** The memory of its events, by {@link #heapBytes(Event)}. */
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

    /** The end of the record in {@link #bytes}. */
    public int end(int index) {
        return ends[index];
    }
}
