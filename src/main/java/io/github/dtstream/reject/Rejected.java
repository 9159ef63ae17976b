package io.github.dtstream.reject;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One record as it stands in the reject file. Immutable.
 *
 * @param id names the file and the line: {@code 2026-11-25-17}
 * @param where what rejected it: {@code stream}, {@code history}, {@code journal}, {@code subscriber files}
 * @param details further fields, such as {@code eventId}
 * @param record the record itself
 * @param settled what became of it after it was sent again; empty text if it was not
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

    /** The subscriber whose sink refused it; empty if it is no event, and so can be sent to none. */
    public Optional<String> subscriber() {
        return where.startsWith(SUBSCRIBER) ? Optional.of(where.substring(SUBSCRIBER.length())) : Optional.empty();
    }

    /** One of the details; empty text if it is not there. */
    public String detail(String name) {
        return details.getOrDefault(name, "");
    }
}
