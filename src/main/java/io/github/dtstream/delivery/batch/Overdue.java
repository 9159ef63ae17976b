package io.github.dtstream.delivery.batch;

import io.github.dtstream.text.ReadableDuration;
import java.time.Duration;
import java.time.Instant;

/**
 * What a route has in hand takes far longer than it usually does, and nothing of it has come to an end since.
 *
 * @param since when something of it last did, or when it was handed out
 * @param usual how long an exchange usually takes; zero if none has come to its end
 * @param waitsFor the endpoint that it is in, without what may be secret in its address
 */
public record Overdue(Instant since, Duration usual, String waitsFor) {
    /** Half a sentence. */
    public String sentence(Instant now) {
        return "waits for " + ReadableDuration.of(Duration.between(since, now)) + " in " + waitsFor
                + (usual.isZero() ? "" : ", where a batch usually takes " + ReadableDuration.of(usual));
    }
}
