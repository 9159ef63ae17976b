package io.github.dtstream.gap.fill;

import io.github.dtstream.text.ReadableDuration;
import java.time.Duration;
import java.time.Instant;

/**
 * The state of polling history while the stream is blocked.
 *
 * @param gapId the gap of the blocked stream
 * @param since when the gap began
 * @param every the time between the beginnings of two rounds
 * @param lastRound when the last complete round began: everything before was read
 * @param eventsNew new events from polling
 */
public record Polling(long gapId, Instant since, Duration every, Instant lastRound, long eventsNew) {
    /** One sentence for an operator. */
    public String sentence() {
        return "the stream is blocked since " + since + " while history answers: events are read from history every "
                + ReadableDuration.of(every) + ", last at " + lastRound + ", " + eventsNew
                + " so far; does a proxy or a firewall buffer or block answers that have no end?";
    }
}
