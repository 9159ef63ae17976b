package io.github.dtstream.reject;

import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/**
 * A selection of rejected records.
 *
 * @param subscriber the subscriber whose sink refused them; empty text for any, and for records that are not valid
 *     events
 * @param from the earliest time of rejection, inclusive
 * @param to the end of the time of rejection, exclusive
 * @param reason a text that the reason must contain, ignoring case; empty text for any
 * @param ids only these; empty for any
 * @param settledToo whether to include records that were sent again
 */
public record RejectQuery(
        String subscriber, Instant from, Instant to, String reason, Set<String> ids, boolean settledToo) {
    public RejectQuery {
        ids = Set.copyOf(ids);
    }

    /** All records that were not sent again. */
    public static final RejectQuery OPEN = new RejectQuery("", Instant.MIN, Instant.MAX, "", Set.of(), false);

    /** The same selection, only with records that were rejected before a time. */
    public RejectQuery before(Instant end) {
        return new RejectQuery(subscriber, from, end.isBefore(to) ? end : to, reason, ids, settledToo);
    }

    boolean matches(Rejected rejected) {
        return (settledToo || rejected.settled().isEmpty())
                && (ids.isEmpty() || ids.contains(rejected.id()))
                && (subscriber.isEmpty()
                        || rejected.subscriber().filter(subscriber::equals).isPresent())
                && !rejected.time().isBefore(from)
                && rejected.time().isBefore(to)
                && rejected.reason().toLowerCase(Locale.ROOT).contains(reason.toLowerCase(Locale.ROOT));
    }
}
