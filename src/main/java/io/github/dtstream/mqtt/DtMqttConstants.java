package io.github.dtstream.mqtt;

import org.apache.camel.spi.Metadata;

/**
 * Names of the component's headers: those of camel-paho-mqtt5, so that a route can change from one component to the
 * other, and those of the events that routes forward.
 */
public final class DtMqttConstants {
    @Metadata(
            label = "producer",
            description = "The topic to publish on, instead of the topic of the endpoint",
            javaType = "String",
            important = true)
    public static final String OVERRIDE_TOPIC = "CamelPahoMqtt5OverrideTopic";

    @Metadata(
            label = "producer",
            description = "The quality of service (0-2), instead of that of the endpoint",
            javaType = "Integer")
    public static final String QOS = "CamelPahoMqtt5Qos";

    @Metadata(
            label = "producer",
            description = "Whether the broker retains the message, instead of what the endpoint says",
            javaType = "Boolean")
    public static final String RETAINED = "CamelPahoMqtt5Retained";

    @Metadata(
            label = "producer",
            description =
                    "When the message's value was measured or received (RFC 3339); messages without it make no last value",
            javaType = "String")
    public static final String TIMESTAMP = "DtTimestamp";

    @Metadata(
            label = "producer",
            description =
                    "Of a message with reported, which can be of any age, only a last value is made; of one with devices, none",
            javaType = "String")
    public static final String SOURCE = "DtSource";

    @Metadata(
            label = "producer",
            description =
                    "With deviceRemoved, and devices as DtSource, the last values are deleted whose topics are that of the message with the"
                            + " name of another event type in the place of deviceRemoved",
            javaType = "String")
    public static final String EVENT_TYPE = "DtEventType";

    private DtMqttConstants() {}
}
