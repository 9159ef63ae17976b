package io.github.dtstream.session.connection;

import io.github.dtstream.cloud.StreamRequest;
import io.github.dtstream.cloud.api.StreamFilters;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the request of a connection's settings, as the API's documentation describes it. */
final class StreamQuery {
    private StreamQuery() {}

    static StreamRequest of(ConnectionSettings settings) {
        StreamFilters filters = settings.filters();
        Map<String, List<String>> query = new LinkedHashMap<>();
        query.put("event_types", filters.eventTypes());
        query.put("device_ids", filters.deviceIds());
        query.put("device_types", filters.deviceTypes());
        query.put("product_numbers", filters.productNumbers());
        query.put("label_filters", filters.labelFilters());
        query.put("ping_interval", List.of(seconds(settings.pingInterval())));
        return new StreamRequest(settings.projectId(), settings.format().mediaType(), query, settings.silenceLimit());
    }

    /** For example {@code 10s} or {@code 1.5s}: a duration in protobuf's JSON mapping. */
    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + "s";
    }
}
