package io.github.dtstream.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import io.github.dtstream.mqtt.link.Refusals;
import io.github.dtstream.mqtt.message.MessageProperties;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.PublishBatch;
import io.github.dtstream.mqtt.message.Qos;
import io.github.dtstream.mqtt.message.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.TypeConversionException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the publications of an exchange: one of its body, or one of each element if the body is a list. If last values
 * are kept, it then adds a retained copy for each topic whose newest value is among them. As thread-safe as its last
 * values.
 */
final class Publications {
    private static final byte[] EMPTY = {};

    private final CamelContext context;
    private final @Nullable String defaultTopic;
    private final MqttQos defaultQos;
    private final boolean defaultRetained;
    private final MessageProperties properties;
    private final @Nullable LastValueTopics lastValues;

    Publications(
            CamelContext context,
            @Nullable String defaultTopic,
            MqttQos defaultQos,
            boolean defaultRetained,
            MessageProperties properties,
            @Nullable LastValueTopics lastValues) {
        this.context = context;
        this.defaultTopic = defaultTopic;
        this.defaultQos = defaultQos;
        this.defaultRetained = defaultRetained;
        this.properties = properties;
        this.lastValues = lastValues;
    }

    /**
     * Fills the batch with messages that an earlier attempt has not published; messages that cannot be sent are refused
     * here.
     *
     * @param values gets the batch's values, if late messages are separated
     * @throws IOException if the timestamp of a newest value cannot be recorded
     */
    void fill(PublishBatch batch, Exchange exchange, EarlierTry earlier, LastValues.@Nullable Values values)
            throws IOException {
        Message message = exchange.getMessage();
        List<?> elements = message.getBody() instanceof List<?> list ? list : List.of(message);
        List<Publication> publications = new ArrayList<>(elements.size());
        List<Refusal> refusals = new ArrayList<>(earlier.refused());
        Map<String, Publication> last = new LinkedHashMap<>();
        if (lastValues != null) {
            lastValues.values().save();
        }
        for (int index = 0; index < elements.size(); index++) {
            if (earlier.isSettled(index)) {
                continue;
            }
            Object element = elements.get(index);
            Message headers = element instanceof Message own ? own : message;
            Object body = element instanceof Message own ? own.getBody() : element;
            String topic = headers.getHeader(DtMqttConstants.OVERRIDE_TOPIC, defaultTopic, String.class);
            try {
                byte[] payload = bytes(body, exchange);
                if (lastValues == null || values == null || topic == null || topic.isEmpty()) {
                    publications.add(publication(batch, index, topic, headers, payload));
                    continue;
                }
                if (LastValueTopics.isReported(headers)) {
                    addReported(batch, index, topic, headers, payload, publications, last);
                    continue;
                }
                String actual = lastValues.topic(topic, headers, values, index);
                Publication publication = publication(batch, index, actual, headers, payload);
                lastValues.collect(topic, publication, headers, last);
                publications.add(publication);
            } catch (IllegalArgumentException e) {
                refusals.add(
                        new Refusal(index, topic, Refusals.TOPIC_NAME_INVALID, String.valueOf(e.getMessage()), true));
            } catch (TypeConversionException e) {
                refusals.add(new Refusal(index, topic, 0, "its body cannot be a payload: " + e.getMessage(), true));
            }
        }
        publications.addAll(last.values());
        batch.fill(publications, refusals, earlier.published());
    }

    private void addReported(
            PublishBatch batch,
            int index,
            String topic,
            Message headers,
            byte[] payload,
            List<Publication> publications,
            Map<String, Publication> last)
            throws IOException {
        LastValueTopics topics = Objects.requireNonNull(lastValues);
        if (topics.hasCome(topic, headers)) {
            return;
        }
        String late = topics.reportedTopic(topic);
        if (late == null) {
            topics.collect(topic, publication(batch, index, topic, headers, payload), headers, last);
        } else {
            publications.add(publication(batch, index, late, headers, payload));
        }
    }

    private Publication publication(
            PublishBatch batch, int index, @Nullable String topic, Message headers, byte[] payload) {
        if (topic == null || topic.isEmpty()) {
            throw new IllegalArgumentException("there is no topic: neither in the header "
                    + DtMqttConstants.OVERRIDE_TOPIC + " nor in the endpoint");
        }
        Integer qos = headers.getHeader(DtMqttConstants.QOS, Integer.class);
        Boolean retained = headers.getHeader(DtMqttConstants.RETAINED, Boolean.class);
        return new Publication(
                MqttTopic.of(topic),
                payload,
                qos == null ? defaultQos : Qos.of(qos),
                retained == null ? defaultRetained : retained,
                properties,
                batch,
                index);
    }

    private byte[] bytes(@Nullable Object body, Exchange exchange) {
        if (body == null) {
            return EMPTY;
        }
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        byte[] converted = context.getTypeConverter().tryConvertTo(byte[].class, exchange, body);
        if (converted == null) {
            throw new TypeConversionException(
                    body,
                    byte[].class,
                    new IllegalArgumentException("a " + body.getClass().getName() + " does not convert to bytes"));
        }
        return converted;
    }
}
