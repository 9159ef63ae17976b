package io.github.dtstream.reject;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Single refused events for tests. Stateless. */
public final class Refusals {
    private Refusals() {}

    /** Writes one event that a subscriber's sink refused. */
    public static void add(
            RejectFile rejects, String subscriber, String reason, Map<String, String> details, byte[] event)
            throws IOException {
        rejects.rejectEvents(subscriber, List.of(new RejectFile.Refusal(reason, details, event)));
    }
}
