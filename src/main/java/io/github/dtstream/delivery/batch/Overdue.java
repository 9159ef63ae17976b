package io.github.dtstream.delivery.batch;

import io.github.dtstream.text.ReadableDuration;
import java.time.Duration;
import java.time.Instant;

/**
 * Events in a route take far longer than usual, without any progress.
 *
 * @param since the time of the last progress, or of handing out
 * @param usual how long an exchange usually takes; zero if none has ended
 * @param waitsFor the endpoint of the present step, without secrets in its address
 */
public record Overdue(Instant since, Duration usual, String waitsFor) {
    /** Half a sentence. */
    public String sentence(Instant now) {
        return "waits for " + ReadableDuration.of(Duration.between(since, now)) + " in " + waitsFor
                + (usual.isZero() ? "" : ", where a batch usually takes " + ReadableDuration.of(usual));
    }
}
