package io.github.dtstream.alarm.trial;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.EventTime;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.InvalidRecordException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Sorts events of many devices: they come device by device, are written to a file, and are read in the order of time.
 * Only the events of one slice of time are in memory. Not thread-safe.
 */
final class EventSpool implements Closeable {
    private final Storage storage;
    private final Path path;
    private final Storage.OpenFile file;
    private final long begin;
    private final long width;
    private final Slice[] slices;
    private final EnvelopeDecoder decoder = new EnvelopeDecoder();
    private long end;

    /** The positions of a slice's pieces in the file. */
    private static final class Slice {
        private long[] offsets = new long[4];
        private int[] lengths = new int[4];
        private int size;

        void add(long offset, int length) {
            if (size == offsets.length) {
                offsets = Arrays.copyOf(offsets, 2 * size);
                lengths = Arrays.copyOf(lengths, 2 * size);
            }
            offsets[size] = offset;
            lengths[size++] = length;
        }
    }

    /** An event with its time of measurement. */
    private record Timed(Instant time, Event event) {}

    /** Takes an event and its time. */
    @FunctionalInterface
    interface Consumer {
        void accept(Event event, Instant time);
    }

    /**
     * @param path the file, which is created, and deleted by {@link #close}
     * @param slice how much time is sorted at once
     */
    EventSpool(Path path, Storage storage, Instant from, Instant to, Duration slice) throws IOException {
        this.storage = storage;
        this.path = path;
        this.begin = from.toEpochMilli();
        this.width = slice.toMillis();
        this.slices = new Slice[(int) ((to.toEpochMilli() - begin) / width) + 1];
        this.file = storage.create(path);
    }

    private int slice(Instant time) {
        return (int) Math.max(0, Math.min(slices.length - 1, (time.toEpochMilli() - begin) / width));
    }

    /**
     * Writes events; successive events of the same slice are written together.
     *
     * @return the number of written events; the others have no time
     */
    int add(List<Event> events) throws IOException {
        int added = 0;
        int from = 0;
        while (from < events.size()) {
            Instant first = EventTime.of(events.get(from));
            int to = from + 1;
            if (first != null) {
                int slice = slice(first);
                while (to < events.size() && isIn(slice, events.get(to))) {
                    to++;
                }
                write(slice, events.subList(from, to));
                added += to - from;
            }
            from = to;
        }
        return added;
    }

    private boolean isIn(int slice, Event event) {
        Instant time = EventTime.of(event);
        return time != null && slice(time) == slice;
    }

    private void write(int slice, List<Event> events) throws IOException {
        int length = 0;
        for (Event event : events) {
            length += Integer.BYTES + event.json().length;
        }
        ByteBuffer piece = ByteBuffer.allocate(length);
        for (Event event : events) {
            piece.putInt(event.json().length).put(event.json());
        }
        file.write(piece.array(), 0, length, end);
        Slice known = slices[slice] == null ? new Slice() : slices[slice];
        slices[slice] = known;
        known.add(end, length);
        end += length;
    }

    /** Passes all events to the consumer, oldest first, each once. */
    void forEach(Consumer consumer) throws IOException {
        for (int i = 0; i < slices.length; i++) {
            Slice slice = slices[i];
            slices[i] = null;
            if (slice != null) {
                handOut(slice, consumer);
            }
        }
    }

    private void handOut(Slice slice, Consumer consumer) throws IOException {
        List<Timed> events = new ArrayList<>();
        for (int i = 0; i < slice.size; i++) {
            byte[] piece = new byte[slice.lengths[i]];
            file.readFully(piece, slice.offsets[i]);
            read(piece, events);
        }
        events.sort(Comparator.comparing(Timed::time));
        Set<String> known = new HashSet<>();
        for (Timed timed : events) {
            if (known.add(timed.event().eventId())) {
                consumer.accept(timed.event(), timed.time());
            }
        }
    }

    private void read(byte[] piece, List<Timed> events) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(piece);
        while (bytes.hasRemaining()) {
            int length = bytes.getInt();
            try {
                Event event = decoder.decodeEvent(piece, bytes.position(), length);
                Instant time = EventTime.of(event);
                if (time != null) {
                    events.add(new Timed(time, event));
                }
            } catch (InvalidRecordException e) {
                throw new IOException("the file " + path + " is not as it was written", e);
            }
            bytes.position(bytes.position() + length);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
        storage.delete(path);
    }
}
