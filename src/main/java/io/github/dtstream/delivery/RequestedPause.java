package io.github.dtstream.delivery;

import io.github.dtstream.cloud.http.RetryAfter;
import java.time.Clock;
import java.time.Duration;

/** The pause that a server demands by {@code Retry-After}, with 429 and 503. */
public final class RequestedPause {
    private final RetryAfter header;
    private final SinkFailures sinks;

    public RequestedPause(Clock clock, SinkFailures sinks) {
        this.sinks = sinks;
        this.header = new RetryAfter(clock);
    }

    /** Zero if it demands none; an hour at most. */
    public Duration of(Throwable failure) {
        return sinks.answerBehind(failure)
                .flatMap(answer -> header.parse(answer.header("Retry-After")))
                .orElse(Duration.ZERO);
    }
}
