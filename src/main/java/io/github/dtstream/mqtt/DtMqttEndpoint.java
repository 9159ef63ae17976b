package io.github.dtstream.mqtt;

import io.github.dtstream.mqtt.link.BirthAndWill;
import io.github.dtstream.mqtt.link.BrokerAddress;
import io.github.dtstream.mqtt.link.MqttSettings;
import io.github.dtstream.mqtt.link.MqttVersion;
import io.github.dtstream.mqtt.message.MessageProperties;
import io.github.dtstream.mqtt.message.Qos;
import io.github.dtstream.text.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.AsyncEndpoint;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Publish messages to an MQTT 5 or 3.1.1 broker, many in flight, each exchange completed by the broker's
 * acknowledgement.
 */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "dt-mqtt",
        title = "DT MQTT",
        syntax = "dt-mqtt:topic",
        producerOnly = true,
        category = {Category.MESSAGING, Category.IOT},
        headersClass = DtMqttConstants.class)
public class DtMqttEndpoint extends DefaultEndpoint implements AsyncEndpoint, EndpointServiceLocation {
    @UriPath(description = "Topic of messages that do not bring their own in the header CamelPahoMqtt5OverrideTopic")
    @Metadata(required = false)
    private final String topic;

    @UriParam
    private final DtMqttConfiguration configuration;

    DtMqttEndpoint(String uri, String topic, DtMqttComponent component, DtMqttConfiguration configuration) {
        super(uri, component);
        this.topic = topic;
        this.configuration = configuration;
    }

    @Override
    public Producer createProducer() {
        return new DtMqttProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException(
                "dt-mqtt: only publishes; to subscribe, use paho-mqtt5:" + topic + " in 'from'");
    }

    @Override
    public DtMqttComponent getComponent() {
        return (DtMqttComponent) super.getComponent();
    }

    public String getTopic() {
        return topic;
    }

    public DtMqttConfiguration getConfiguration() {
        return configuration;
    }

    @Override
    public String getServiceUrl() {
        return BrokerAddress.parse(configuration.getBrokerUrl()).toString();
    }

    @Override
    public String getServiceProtocol() {
        return "mqtt";
    }

    /**
     * @throws IllegalArgumentException if an option is wrong; the message names the first
     * @throws IOException if the router's identifier can be neither read nor written
     */
    public MqttSettings settings() throws IOException {
        String routerId = needsRouterId() ? getComponent().routerId(stateDirectory()) : "";
        MqttSettings settings =
                settings(configuration.getClientId() == null ? "" : configuration.getClientId(), routerId);
        return settings.clientId().isEmpty() ? settings(ClientIds.stable(routerId, settings), routerId) : settings;
    }

    /**
     * Checks the options without opening anything, for routes that are not started.
     *
     * @throws IllegalArgumentException if one is wrong; the message names it and says what is allowed
     */
    public void checkOptions() {
        settings("checked", "checked");
    }

    private boolean needsRouterId() {
        String clientId = configuration.getClientId();
        String willTopic = configuration.getWillTopic();
        return clientId == null
                || clientId.isEmpty()
                || (willTopic != null && willTopic.contains(RouterId.PLACEHOLDER));
    }

    private MqttSettings settings(String clientId, String routerId) {
        DtMqttConfiguration c = configuration;
        Qos.of(c.getQos());
        return new MqttSettings(
                BrokerAddress.parse(c.getBrokerUrl()),
                MqttVersion.parse(c.getMqttVersion()),
                clientId,
                c.getUserName(),
                c.getPassword() == null ? null : new Secret(c.getPassword()),
                Duration.ofSeconds(c.getKeepAliveInterval()),
                Duration.ofSeconds(c.getConnectionTimeout()),
                Duration.ofMillis(c.getMinReconnectDelay()),
                Duration.ofMillis(c.getMaxReconnectDelay()),
                c.getMaxInflight(),
                c.getMaxPendingMessages(),
                c.getMaxPacketSize(),
                Duration.ofSeconds(c.getAcknowledgementTimeout()),
                Duration.ofMillis(c.getStopTimeout()),
                userProperties(),
                presence(routerId),
                c.getSslContextParameters() == null
                        ? null
                        : new CamelTls(c.getSslContextParameters(), getCamelContext()),
                c.isHttpsHostnameVerificationEnabled());
    }

    /**
     * The file of the newest timestamps, one for each broker; null if none are kept.
     *
     * @throws IllegalArgumentException if a last value would have the same topic as the message
     */
    @Nullable
    Path lastValueFile() {
        if (!configuration.isLastValue() && configuration.getLateTopicSuffix().isEmpty()) {
            return null;
        }
        if (configuration.isLastValue()
                && configuration.getLastValueTopicSuffix().isEmpty()) {
            throw new IllegalArgumentException("lastValueTopicSuffix is empty; lastValue needs one, such as /last");
        }
        BrokerAddress broker = BrokerAddress.parse(configuration.getBrokerUrl());
        String name = "last-" + broker.host().replaceAll("[^A-Za-z0-9.-]", "_") + "-" + broker.port() + ".bin";
        return stateDirectory().resolve(name);
    }

    private Path stateDirectory() {
        return Path.of(configuration.getStateDirectory()).toAbsolutePath().normalize();
    }

    /** The MQTT 5 properties of each message. */
    MessageProperties messageProperties() {
        return new MessageProperties(
                MessageProperties.userProperties(userProperties()),
                configuration.getMessageExpiryInterval(),
                configuration.getContentType(),
                configuration.isPayloadFormatIndicator());
    }

    private Map<String, String> userProperties() {
        return configuration.getUserProperties().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, property -> String.valueOf(property.getValue())));
    }

    private @Nullable BirthAndWill presence(String routerId) {
        String topic = configuration.getWillTopic();
        if (topic == null) {
            return null;
        }
        return new BirthAndWill(
                topic.replace(RouterId.PLACEHOLDER, routerId),
                configuration.getWillPayload(),
                configuration.getOnlinePayload(),
                configuration.getWillQos(),
                configuration.isWillRetained());
    }
}
