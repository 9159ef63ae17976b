package io.github.dtstream.mqtt.message;

import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserPropertiesBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The MQTT 5 properties of a message; MQTT 3.1.1 has none of them.
 *
 * @param userProperties names with values
 * @param messageExpiryInterval seconds after which the broker need not deliver it any more; null: never
 * @param contentType MIME type of the payload
 * @param utf8 whether the payload is declared to be UTF-8 text
 */
public record MessageProperties(
        Mqtt5UserProperties userProperties,
        @Nullable Long messageExpiryInterval,
        @Nullable String contentType,
        boolean utf8) {

    public static final MessageProperties NONE = new MessageProperties(Mqtt5UserProperties.of(), null, null, false);

    public static Mqtt5UserProperties userProperties(Map<String, String> properties) {
        Mqtt5UserPropertiesBuilder builder = Mqtt5UserProperties.builder();
        properties.forEach(builder::add);
        return builder.build();
    }
}
