package io.github.dtstream.session.connection;

import io.github.dtstream.text.Excerpt;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Invalid records before the first event or ping. If one follows, they are invalid records of the cloud's stream. If
 * none follows, they are the page of a proxy, and do not count as records. Bounded. Owned by the reader thread.
 */
final class RecordsInDoubt {
    /** With more invalid records before the first event or ping, it is not an event stream. */
    static final int MAX_RECORDS = 100;

    private static final int MAX_BYTES = 1024 * 1024;
    private static final int SAMPLE_CHARACTERS = 80;

    private final List<Doubtful> held = new ArrayList<>();
    private int bytes;
    private String first = "";

    /** A record and its error. */
    record Doubtful(String reason, byte[] record) {}

    void add(String reason, byte[] record) {
        if (held.isEmpty()) {
            first = excerpt(record);
        }
        held.add(new Doubtful(reason, record));
        bytes += record.length;
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    boolean isTooMuch() {
        return held.size() > MAX_RECORDS || bytes > MAX_BYTES;
    }

    /** The beginning of the first record, for one line of a log. */
    String sample() {
        return "'" + first + "'";
    }

    /** Removes and returns all. */
    List<Doubtful> takeAll() {
        if (held.isEmpty()) {
            return List.of();
        }
        List<Doubtful> all = List.copyOf(held);
        held.clear();
        bytes = 0;
        return all;
    }

    private static String excerpt(byte[] record) {
        String text = new String(record, 0, Math.min(record.length, 4 * SAMPLE_CHARACTERS), StandardCharsets.UTF_8)
                .replaceAll("[\\p{Cntrl}\\p{Cf}\uFFFD]+", " ")
                .strip();
        return Excerpt.beginning(text, SAMPLE_CHARACTERS);
    }
}
