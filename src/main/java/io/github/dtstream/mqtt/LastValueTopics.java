package io.github.dtstream.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttTopic;
import io.github.dtstream.event.EventTypes;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.time.Timestamps;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Separates late values from current ones. If a message is the newest of its topic, it gets a retained copy. If it is
 * older than the newest, it gets another topic. Thread-safe.
 */
final class LastValueTopics {
    private static final String REPORTED = "reported";
    private static final String DEVICES = "devices";
    private static final String REMOVED = "deviceRemoved";
    private static final byte[] NOTHING = {};

    private final LastValues values;
    private final String lastSuffix;
    private final String lateSuffix;

    /**
     * @param lastSuffix the suffix of the topics of retained copies; empty text for no copies
     * @param lateSuffix the suffix of the topics of late messages; empty text if late messages have the usual topic
     */
    LastValueTopics(LastValues values, String lastSuffix, String lateSuffix) {
        this.values = values;
        this.lastSuffix = lastSuffix;
        this.lateSuffix = lateSuffix;
    }

    LastValues values() {
        return values;
    }

    /**
     * Whether a message is a value from the device list. It may be of any age, so on its own topic it would look like
     * something that has just happened.
     */
    static boolean isReported(Message headers) {
        return REPORTED.equals(headers.getHeader(DtMqttConstants.SOURCE, String.class));
    }

    /**
     * Whether the value of such a message also came as an event, so that its last value was published or is about to
     * be.
     */
    boolean hasCome(String own, Message headers) {
        Long timestamp = timestamp(headers.getHeader(DtMqttConstants.TIMESTAMP, String.class));
        return timestamp != null && values.isKnown(own, timestamp);
    }

    /** The topic of such a message; null if it only makes a last value. */
    @Nullable
    String reportedTopic(String own) {
        return lastSuffix.isEmpty() ? own + lateSuffix : null;
    }

    /**
     * The topic of a message: its own, or the late topic if a newer message was published there.
     *
     * @param batch gets the message, if it is not late
     * @param index the index of the message
     */
    String topic(String own, Message headers, LastValues.Values batch, int index) {
        if (lateSuffix.isEmpty()) {
            return own;
        }
        Long timestamp = timestamp(headers.getHeader(DtMqttConstants.TIMESTAMP, String.class));
        return timestamp != null && values.isLate(own, timestamp, batch, index) ? own + lateSuffix : own;
    }

    /**
     * Adds the message's retained copy, or replaces an older copy by it. A message about a device has no copy; if the
     * device has left, its last values are deleted.
     *
     * @param own the message's own topic
     * @param copies the copies by topic
     * @throws IllegalArgumentException if the topic with the suffix is not valid
     */
    void collect(String own, Publication publication, Message headers, Map<String, Publication> copies)
            throws IOException {
        if (lastSuffix.isEmpty()) {
            return;
        }
        if (DEVICES.equals(headers.getHeader(DtMqttConstants.SOURCE, String.class))) {
            delete(own, publication, headers, copies);
            return;
        }
        Long timestamp = timestamp(headers.getHeader(DtMqttConstants.TIMESTAMP, String.class));
        if (timestamp == null) {
            return;
        }
        String topic = own + lastSuffix;
        MqttTopic checked = MqttTopic.of(topic);
        if (values.isNewest(topic, timestamp)) {
            copies.put(topic, retained(checked, publication.payload(), publication));
        }
    }

    /**
     * If the message says that a device has left, adds messages that delete its last values, for all event types with
     * one. Later late values of the device make none.
     */
    private void delete(String own, Publication publication, Message headers, Map<String, Publication> copies)
            throws IOException {
        Long timestamp = timestamp(headers.getHeader(DtMqttConstants.TIMESTAMP, String.class));
        if (timestamp == null
                || !REMOVED.equals(headers.getHeader(DtMqttConstants.EVENT_TYPE, String.class))
                || !own.contains(REMOVED)) {
            return;
        }
        for (String type : EventTypes.known()) {
            String topic = own.replace(REMOVED, type) + lastSuffix;
            MqttTopic checked = MqttTopic.of(topic);
            boolean hasOne = values.isKnown(topic);
            if (values.isNewest(topic, timestamp) && hasOne) {
                copies.put(topic, retained(checked, NOTHING, publication));
            }
        }
    }

    private static Publication retained(MqttTopic topic, byte[] payload, Publication publication) {
        return new Publication(
                topic,
                payload,
                publication.qos(),
                true,
                publication.properties(),
                publication.batch(),
                publication.index());
    }

    private static @Nullable Long timestamp(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            Instant instant = Timestamps.parse(text);
            return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
