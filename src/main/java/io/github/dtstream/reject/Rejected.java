package io.github.dtstream.reject;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One record of the reject file. Immutable.
 *
 * @param id the date of the file and the number of the line: {@code 2026-11-25-17}
 * @param where the part that rejected it: {@code stream}, {@code history}, {@code journal}, {@code subscriber files}
 * @param details further fields, such as {@code eventId}
 * @param record the record itself
 * @param settled the outcome if it was sent again; else empty text
 */
public record Rejected(
        String id,
        Instant time,
        String where,
        String reason,
        Map<String, String> details,
        String record,
        String settled) {
    static final String SUBSCRIBER = "subscriber ";

    /** The subscriber whose sink refused it; empty if it is not a valid event, and so cannot be sent again. */
    public Optional<String> subscriber() {
        return where.startsWith(SUBSCRIBER) ? Optional.of(where.substring(SUBSCRIBER.length())) : Optional.empty();
    }

    /** One of the details; empty text if it is missing. */
    public String detail(String name) {
        return details.getOrDefault(name, "");
    }
}
