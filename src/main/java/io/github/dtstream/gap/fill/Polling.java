package io.github.dtstream.gap.fill;

import io.github.dtstream.text.ReadableDuration;
import java.time.Duration;
import java.time.Instant;

/**
 * The polling of history in place of a stream that is blocked, as it stands.
 *
 * @param gapId the gap that the stream leaves
 * @param since since when the stream delivers nothing
 * @param every from the beginning of one round to that of the next
 * @param lastRound when the last complete round began: what is older was read
 * @param eventsNew events that came this way
 */
public record Polling(long gapId, Instant since, Duration every, Instant lastRound, long eventsNew) {
    /** For an operator. */
    public String sentence() {
        return "the stream is blocked since " + since + " while history answers: events are read from history every "
                + ReadableDuration.of(every) + ", last at " + lastRound + ", " + eventsNew
                + " so far; does a proxy or a firewall buffer or block answers that have no end?";
    }
}
