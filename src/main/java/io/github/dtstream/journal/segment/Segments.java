package io.github.dtstream.journal.segment;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The journal's segments in order; the last one is being written. Thread-safe: one lock guards the map. */
public final class Segments {
    private final NavigableMap<Long, Segment> byFirst = new TreeMap<>();

    Segments(Collection<Segment> found) {
        found.forEach(segment -> byFirst.put(segment.first(), segment));
    }

    synchronized void add(Segment segment) {
        byFirst.put(segment.first(), segment);
    }

    /** Deletes the file of a segment. */
    @FunctionalInterface
    public interface Deletion {
        void run() throws IOException;
    }

    /**
     * Removes a segment from the list and deletes its file, in one step. A reader that does not find the file and then
     * checks whether the segment {@linkplain #contains is in the list} gets the answer after the deletion.
     *
     * @throws IOException if the file cannot be deleted; the segment then stays in the list
     */
    public synchronized void delete(Segment segment, Deletion deletion) throws IOException {
        deletion.run();
        byFirst.remove(segment.first(), segment);
    }

    public synchronized boolean contains(Segment segment) {
        return byFirst.get(segment.first()) == segment;
    }

    public synchronized @Nullable Segment oldest() {
        return value(byFirst.firstEntry());
    }

    public synchronized @Nullable Segment newest() {
        return value(byFirst.lastEntry());
    }

    /** The segment that has the record with that number; the oldest segment if the record is older. */
    public synchronized @Nullable Segment holding(long sequence) {
        Segment segment = value(byFirst.floorEntry(sequence));
        return segment != null ? segment : oldest();
    }

    public synchronized @Nullable Segment after(Segment segment) {
        return value(byFirst.higherEntry(segment.first()));
    }

    synchronized List<Segment> all() {
        return List.copyOf(byFirst.values());
    }

    public synchronized long bytes() {
        long sum = 0;
        for (Segment segment : byFirst.values()) {
            sum += segment.durableBytes();
        }
        return sum;
    }

    private static @Nullable Segment value(Map.@Nullable Entry<Long, Segment> entry) {
        return entry == null ? null : entry.getValue();
    }
}
