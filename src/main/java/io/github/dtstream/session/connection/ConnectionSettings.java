package io.github.dtstream.session.connection;

import io.github.dtstream.cloud.StreamRequest;
import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.api.StreamFormat;
import java.time.Duration;

/**
 * The settings of one connection.
 *
 * @param projectId the project whose devices are streamed
 * @param format NDJSON or server-sent events
 * @param filters which events to ask for
 * @param pingInterval how often the cloud is asked to send a ping
 * @param silenceLimit without an event or a ping for this long, the connection ends
 * @param maxEventSize the longest line or server-sent event that is kept, in bytes
 */
public record ConnectionSettings(
        String projectId,
        StreamFormat format,
        StreamFilters filters,
        Duration pingInterval,
        Duration silenceLimit,
        int maxEventSize) {
    /** The request that opens the connection. */
    public StreamRequest request() {
        return StreamQuery.of(this);
    }
}
