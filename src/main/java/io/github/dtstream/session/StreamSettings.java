package io.github.dtstream.session;

import io.github.dtstream.cloud.StreamRequest;
import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.api.StreamFormat;
import io.github.dtstream.session.connection.ConnectionSettings;
import java.time.Duration;

/**
 * The settings of a session.
 *
 * @param projectId the project whose devices are streamed
 * @param format NDJSON or server-sent events
 * @param filters which events to ask for
 * @param pingInterval how often the cloud is asked to send a ping; at least 1 s
 * @param pingJitter how late a ping may be; {@code pingInterval + pingJitter} without an event or a ping ends the
 *     connection
 * @param maxEventSize the longest line or server-sent event that is kept, in bytes; a longer one is skipped as it flows by
 * @param maxRetries how many attempts in a row may fail before the session gives up; -1 for no limit
 * @param initialRetryDelay the first bound of the random delay; it doubles with each failure
 * @param maxRetryDelay the limit of that bound
 * @param renewalPeriod the longest life of a connection before a successor takes over, randomly up to five minutes
 *     less; shorter than the cloud's hour; zero switches the planned renewal off
 * @param streaming whether the cloud's stream is wanted; otherwise events come by push only
 */
public record StreamSettings(
        String projectId,
        StreamFormat format,
        StreamFilters filters,
        Duration pingInterval,
        Duration pingJitter,
        int maxEventSize,
        int maxRetries,
        Duration initialRetryDelay,
        Duration maxRetryDelay,
        Duration renewalPeriod,
        boolean streaming) {

    /** The settings of a wanted stream. */
    public StreamSettings(
            String projectId,
            StreamFormat format,
            StreamFilters filters,
            Duration pingInterval,
            Duration pingJitter,
            int maxEventSize,
            int maxRetries,
            Duration initialRetryDelay,
            Duration maxRetryDelay,
            Duration renewalPeriod) {
        this(
                projectId,
                format,
                filters,
                pingInterval,
                pingJitter,
                maxEventSize,
                maxRetries,
                initialRetryDelay,
                maxRetryDelay,
                renewalPeriod,
                true);
    }

    /** The same settings with other filters. */
    public StreamSettings withFilters(StreamFilters other) {
        return new StreamSettings(
                projectId,
                format,
                other,
                pingInterval,
                pingJitter,
                maxEventSize,
                maxRetries,
                initialRetryDelay,
                maxRetryDelay,
                renewalPeriod,
                streaming);
    }

    /** The settings of a connection with these filters. */
    ConnectionSettings connection(StreamFilters wanted) {
        return new ConnectionSettings(projectId, format, wanted, pingInterval, silenceLimit(), maxEventSize);
    }

    /** The request for this stream. */
    public StreamRequest request() {
        return connection(filters).request();
    }

    /** A longer silence ends a connection. */
    public Duration silenceLimit() {
        return pingInterval.plus(pingJitter);
    }
}
