package io.github.dtstream.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttTopic;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Makes the retained copy of a message that is the newest of its topic. Guarded like its {@link LastValues}. */
final class LastValueTopics {
    private final LastValues values;
    private final String suffix;

    LastValueTopics(LastValues values, String suffix) {
        this.values = values;
        this.suffix = suffix;
    }

    LastValues values() {
        return values;
    }

    /**
     * Adds the message's copy, or puts it in the place of an older one.
     *
     * @param copies by topic
     * @throws IllegalArgumentException if the topic with the suffix is none
     */
    void collect(Publication publication, Message headers, Map<String, Publication> copies) throws IOException {
        Long timestamp = timestamp(headers.getHeader(DtMqttConstants.TIMESTAMP, String.class));
        if (timestamp == null) {
            return;
        }
        String topic = publication.topic() + suffix;
        MqttTopic checked = MqttTopic.of(topic);
        if (values.isNewest(topic, timestamp)) {
            copies.put(
                    topic,
                    new Publication(
                            checked,
                            publication.payload(),
                            publication.qos(),
                            true,
                            publication.properties(),
                            publication.batch(),
                            publication.index()));
        }
    }

    private static @Nullable Long timestamp(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            Instant instant = Instant.parse(text);
            return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
