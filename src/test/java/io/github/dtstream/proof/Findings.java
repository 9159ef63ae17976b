package io.github.dtstream.proof;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The result of comparing one sink with the oracle. Records are added one by one, in the sink's order. Not thread-safe.
 */
final class Findings {
    private static final int SHOWN = 10;

    private final String sink;
    private final Oracle oracle;
    /** The events that came, each with the number of ends before it. */
    private final Map<String, Integer> seen = new HashMap<>();

    private final Map<String, Long> latestOfDevice = new HashMap<>();
    private final List<String> differences = new ArrayList<>();
    /** The number of duplicates after so many ends, without zeros. */
    private final SortedMap<Integer, Long> duplicates = new TreeMap<>();

    private long latestLive = -1;
    private long fromHistory;
    private long invented;
    private long changed;
    private long broken;
    private long disordered;
    private long lost;

    Findings(String sink, Oracle oracle) {
        this.sink = sink;
        this.oracle = oracle;
    }

    /** Begins a new order: files per day are not in order while the clock is wrong. */
    void beginSequence() {
        latestOfDevice.clear();
    }

    /**
     * Takes the sink's next record.
     *
     * @param text the record
     * @param where its place, for people
     * @param ends how many ends of the delivery came before; after each end, events may be repeated
     */
    void add(String text, String where, int ends) throws IOException {
        SinkRecord record = parse(text, where);
        if (record == null) {
            return;
        }
        Oracle.Produced produced = oracle.events().get(record.eventId());
        if (produced == null) {
            invented++;
            show("invented", where + ": " + text);
            return;
        }
        Integer before = seen.put(record.eventId(), ends);
        if (before == null) {
            compare(produced, record, where);
        } else {
            // Files may be read in another order than they were written.
            duplicates.merge(Math.max(before, ends), 1L, Long::sum);
        }
    }

    private @Nullable SinkRecord parse(String text, String where) {
        try {
            return SinkRecord.parse(text);
        } catch (IOException e) {
            broken(where + ": " + text);
            return null;
        }
    }

    private void compare(Oracle.Produced produced, SinkRecord record, String where) throws IOException {
        String difference = produced.difference(record);
        if (difference != null) {
            changed++;
            show("changed", where + ": " + difference);
        }
        if (record.isFromHistory()) {
            fromHistory++;
            return;
        }
        latestLive = Math.max(latestLive, produced.sequence());
        Long before = latestOfDevice.put(record.deviceId(), produced.sequence());
        if (before != null && before > produced.sequence()) {
            disordered++;
            show(
                    "out of order",
                    where + ": number " + produced.sequence() + " of device " + record.deviceId() + " after number "
                            + before);
        }
    }

    /** Compares something that belongs to a record. */
    void expect(String expected, String actual, String where) {
        if (!expected.equals(actual)) {
            changed++;
            show("changed", where + ": expected " + expected);
        }
    }

    /** Notes an incomplete record. */
    void broken(String what) {
        broken++;
        show("broken", what);
    }

    /** Notes that there are no more records: events that did not come are lost. */
    Findings complete() {
        oracle.events().forEach((id, produced) -> {
            if (!seen.containsKey(id)) {
                lost++;
                show("lost", "number " + produced.sequence() + ": " + produced.event());
            }
        });
        return this;
    }

    private void show(String kind, String what) {
        if (differences.size() < SHOWN) {
            differences.add(sink + ", " + kind + ": " + what);
        }
    }

    /** The highest number of a live event; -1 if none came. */
    long latestLive() {
        return latestLive;
    }

    long delivered() {
        return seen.size();
    }

    long duplicates() {
        return duplicates.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many events were repeated although nothing had ended. */
    long unprovoked() {
        return duplicates.getOrDefault(0, 0L);
    }

    /** The largest number of repeated events between one end and the next. */
    long mostAfterOneEnd() {
        return afterAnEnd().values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** The number of ends after which events were repeated. */
    int endsThatRepeated() {
        return afterAnEnd().size();
    }

    private SortedMap<Integer, Long> afterAnEnd() {
        return duplicates.tailMap(1);
    }

    long fromHistory() {
        return fromHistory;
    }

    long lost() {
        return lost;
    }

    long broken() {
        return broken;
    }

    /** The first differences, without duplicates; empty if the sink is correct. */
    List<String> differences() {
        return List.copyOf(differences);
    }

    @Override
    public String toString() {
        return sink + ": " + seen.size() + " of " + oracle.events().size() + " events, " + fromHistory
                + " of them from history; "
                + lost + " lost, " + duplicates() + " duplicates after "
                + duplicates.size() + " ends, " + invented + " invented, " + changed + " changed, "
                + broken + " broken, " + disordered + " out of order";
    }
}
