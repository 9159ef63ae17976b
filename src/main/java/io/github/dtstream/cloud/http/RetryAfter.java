package io.github.dtstream.cloud.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.hc.client5.http.utils.DateUtils;
import org.jspecify.annotations.Nullable;

/** Reads the {@code Retry-After} header of RFC 9110, section 10.2.3, in both forms. */
public final class RetryAfter {
    /** The longest delay; if a server demands more, it is asked again after this. */
    static final Duration LONGEST = Duration.ofHours(1);

    /** More digits than a sensible number of seconds has; prevents an overflow. */
    private static final int MAX_DIGITS = 9;

    private final Clock clock;

    public RetryAfter(Clock clock) {
        this.clock = clock;
    }

    /** The delay of the header, never negative; empty if it is absent or unreadable. */
    public Optional<Duration> parse(@Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        String value = header.strip();
        if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.of(
                    value.length() > MAX_DIGITS ? LONGEST : bounded(Duration.ofSeconds(Long.parseLong(value))));
        }
        Instant date = DateUtils.parseStandardDate(value);
        return Optional.ofNullable(date).map(until -> bounded(Duration.between(clock.instant(), until)));
    }

    private static Duration bounded(Duration delay) {
        if (delay.isNegative()) {
            return Duration.ZERO;
        }
        return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }
}
