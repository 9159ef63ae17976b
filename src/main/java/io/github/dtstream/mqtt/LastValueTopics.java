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
 * Keeps late values apart from current ones. If a message is the newest of its topic, it gets a retained copy; if it is older
 * than that, it goes to another topic. Thread-safe.
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
     * @param lastSuffix of retained copies' topics; empty text for no copies
     * @param lateSuffix of late messages' topics; empty text if they have the topic that others have
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
     * Whether a message is what the device list reports. It can be of any age, so that on its own topic it would be taken for
     * something that has just happened.
     */
    static boolean isReported(Message headers) {
        return REPORTED.equals(headers.getHeader(DtMqttConstants.SOURCE, String.class));
    }

    /** Whether what such a message says has come by itself, so that its last value was made or is about to be. */
    boolean hasCome(String own, Message headers) {
        Long timestamp = timestamp(headers.getHeader(DtMqttConstants.TIMESTAMP, String.class));
        return timestamp != null && values.isKnown(own, timestamp);
    }

    /** The topic of such a message; null if it has none but that of a last value. */
    @Nullable
    String reportedTopic(String own) {
        return lastSuffix.isEmpty() ? own + lateSuffix : null;
    }

    /**
     * The topic of a message: its own, or that of late ones if a newer message was published there.
     *
     * @param batch that the message belongs to from now on, if it is not late
     * @param index of the message
     */
    String topic(String own, Message headers, LastValues.Values batch, int index) {
        if (lateSuffix.isEmpty()) {
            return own;
        }
        Long timestamp = timestamp(headers.getHeader(DtMqttConstants.TIMESTAMP, String.class));
        return timestamp != null && values.isLate(own, timestamp, batch, index) ? own + lateSuffix : own;
    }

    /**
     * Adds the message's copy, or puts it in the place of an older one. One that tells of a device has none; if that has left, its
     * last values are deleted.
     *
     * @param own the topic that the message came with
     * @param copies by topic
     * @throws IllegalArgumentException if the topic with the suffix is none
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
     * Adds messages that delete the last values of a device, if that is what the message says: of all event types that have some. What
     * comes late of the device makes none any more.
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
