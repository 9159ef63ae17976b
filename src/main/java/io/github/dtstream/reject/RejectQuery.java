package io.github.dtstream.reject;

import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/**
 * Which rejected records are meant.
 *
 * @param subscriber whose sink refused them; empty text for any, records that are no events included
 * @param from the earliest time of rejection, inclusive
 * @param to the latest, exclusive
 * @param reason what the reason holds, whatever the case; empty text for any
 * @param ids no others than these; empty for any
 * @param settledToo whether records that were sent again count, too
 */
public record RejectQuery(
        String subscriber, Instant from, Instant to, String reason, Set<String> ids, boolean settledToo) {
    public RejectQuery {
        ids = Set.copyOf(ids);
    }

    /** All that is not settled. */
    public static final RejectQuery OPEN = new RejectQuery("", Instant.MIN, Instant.MAX, "", Set.of(), false);

    /** The same, without what was rejected at that time or later. */
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
