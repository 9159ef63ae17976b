package io.github.dtstream.mqtt;

import java.util.HashMap;
import java.util.Map;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/**
 * The options of the component and its endpoints. Their names are those of camel-paho-mqtt5 if the meaning is the same.
 */
@UriParams
public class DtMqttConfiguration implements Cloneable {

    @UriParam(defaultValue = "tcp://localhost:1883")
    private String brokerUrl = "tcp://localhost:1883";

    @UriParam(defaultValue = "5", enums = "5,3.1.1")
    private String mqttVersion = "5";

    @UriParam
    private @Nullable String clientId;

    @UriParam(defaultValue = "1", enums = "0,1,2")
    private int qos = 1;

    @UriParam(defaultValue = "false")
    private boolean retained;

    @UriParam(defaultValue = "4000")
    private int maxInflight = 4000;

    @UriParam(label = "advanced", defaultValue = "10000")
    private int maxPendingMessages = 10000;

    @UriParam(label = "advanced", defaultValue = "0")
    private int maxPacketSize = 0;

    @UriParam(defaultValue = "30")
    private int keepAliveInterval = 30;

    @UriParam(defaultValue = "10")
    private int connectionTimeout = 10;

    @UriParam(label = "advanced", defaultValue = "60")
    private int acknowledgementTimeout = 60;

    @UriParam(label = "advanced", defaultValue = "1000")
    private int minReconnectDelay = 1000;

    @UriParam(label = "advanced", defaultValue = "60000")
    private int maxReconnectDelay = 60000;

    @UriParam(label = "advanced", defaultValue = "2000")
    private int stopTimeout = 2000;

    @UriParam(label = "security", secret = true)
    private @Nullable String userName;

    @UriParam(label = "security", secret = true)
    private @Nullable String password;

    @UriParam(label = "security")
    private @Nullable SSLContextParameters sslContextParameters;

    @UriParam(label = "security", defaultValue = "true")
    private boolean httpsHostnameVerificationEnabled = true;

    @UriParam
    private @Nullable String willTopic;

    @UriParam(defaultValue = "offline")
    private String willPayload = "offline";

    @UriParam(defaultValue = "online")
    private String onlinePayload = "online";

    @UriParam(defaultValue = "1", enums = "0,1,2")
    private int willQos = 1;

    @UriParam(defaultValue = "true")
    private boolean willRetained = true;

    @UriParam
    private @Nullable Long messageExpiryInterval;

    @UriParam
    private @Nullable String contentType;

    @UriParam(defaultValue = "false")
    private boolean payloadFormatIndicator;

    @UriParam(defaultValue = "false")
    private boolean lastValue;

    @UriParam(defaultValue = "/last")
    private String lastValueTopicSuffix = "/last";

    @UriParam
    private String lateTopicSuffix = "";

    @UriParam(label = "advanced", defaultValue = "data/mqtt")
    private String stateDirectory = "data/mqtt";

    @UriParam(prefix = "userProperty.", multiValue = true)
    private Map<String, Object> userProperties = new HashMap<>();

    /** A copy that an endpoint may change. */
    public DtMqttConfiguration copy() {
        try {
            DtMqttConfiguration copy = (DtMqttConfiguration) clone();
            copy.userProperties = new HashMap<>(userProperties);
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }

    public String getBrokerUrl() {
        return brokerUrl;
    }

    /**
     * The address of the broker: tcp://host:port, or ssl://host:port for TLS (mqtt:// and mqtts:// mean the same).
     * Ports default to 1883 and 8883.
     */
    public void setBrokerUrl(String brokerUrl) {
        this.brokerUrl = brokerUrl;
    }

    public String getMqttVersion() {
        return mqttVersion;
    }

    /** The protocol version: 5, or 3.1.1 for brokers that do not support 5. */
    public void setMqttVersion(String mqttVersion) {
        this.mqttVersion = mqttVersion;
    }

    public @Nullable String getClientId() {
        return clientId;
    }

    /**
     * The client identifier at the broker, which only one client at a time can use. The default is derived from the
     * identifier in stateDirectory and the connection's options, and stays the same as long as these do.
     */
    public void setClientId(@Nullable String clientId) {
        this.clientId = clientId;
    }

    public int getQos() {
        return qos;
    }

    /** Quality of service: 0 at most once, 1 at least once, 2 exactly once as long as the connection holds. */
    public void setQos(int qos) {
        this.qos = qos;
    }

    public boolean isRetained() {
        return retained;
    }

    /** Whether the broker retains the messages. */
    public void setRetained(boolean retained) {
        this.retained = retained;
    }

    public int getMaxInflight() {
        return maxInflight;
    }

    /** The largest number of messages without an acknowledgement. The broker's Receive Maximum may reduce it. */
    public void setMaxInflight(int maxInflight) {
        this.maxInflight = maxInflight;
    }

    public int getMaxPendingMessages() {
        return maxPendingMessages;
    }

    /** How many messages wait in memory, including those in flight, before the caller must wait. */
    public void setMaxPendingMessages(int maxPendingMessages) {
        this.maxPendingMessages = maxPendingMessages;
    }

    public int getMaxPacketSize() {
        return maxPacketSize;
    }

    /** The longest packet to send, in bytes; a longer message is refused. 0: the broker's limit. */
    public void setMaxPacketSize(int maxPacketSize) {
        this.maxPacketSize = maxPacketSize;
    }

    public int getKeepAliveInterval() {
        return keepAliveInterval;
    }

    /**
     * Seconds without traffic after which the broker gets a ping; without an answer for as long again, the connection
     * ends. 0: never.
     */
    public void setKeepAliveInterval(int keepAliveInterval) {
        this.keepAliveInterval = keepAliveInterval;
    }

    public int getConnectionTimeout() {
        return connectionTimeout;
    }

    /** Seconds for the TCP connection and TLS handshake, and again for the broker's answer to CONNECT. */
    public void setConnectionTimeout(int connectionTimeout) {
        this.connectionTimeout = connectionTimeout;
    }

    public int getAcknowledgementTimeout() {
        return acknowledgementTimeout;
    }

    /**
     * Seconds that the oldest message in flight may have no acknowledgement; then the connection is made anew, and
     * unacknowledged messages are sent again. 0: no limit.
     */
    public void setAcknowledgementTimeout(int acknowledgementTimeout) {
        this.acknowledgementTimeout = acknowledgementTimeout;
    }

    public int getMinReconnectDelay() {
        return minReconnectDelay;
    }

    /**
     * Milliseconds before the second attempt to connect; doubles with each further one. The first is made at once.
     */
    public void setMinReconnectDelay(int minReconnectDelay) {
        this.minReconnectDelay = minReconnectDelay;
    }

    public int getMaxReconnectDelay() {
        return maxReconnectDelay;
    }

    /**
     * The longest time between attempts to connect, in milliseconds; also the time between attempts while the broker
     * refuses the credentials.
     */
    public void setMaxReconnectDelay(int maxReconnectDelay) {
        this.maxReconnectDelay = maxReconnectDelay;
    }

    public int getStopTimeout() {
        return stopTimeout;
    }

    /**
     * Milliseconds that a stop waits for acknowledgements while the broker is connected; then pending exchanges fail.
     */
    public void setStopTimeout(int stopTimeout) {
        this.stopTimeout = stopTimeout;
    }

    public @Nullable String getUserName() {
        return userName;
    }

    /** The user name to connect with. */
    public void setUserName(@Nullable String userName) {
        this.userName = userName;
    }

    public @Nullable String getPassword() {
        return password;
    }

    /** The password to connect with. */
    public void setPassword(@Nullable String password) {
        this.password = password;
    }

    public @Nullable SSLContextParameters getSslContextParameters() {
        return sslContextParameters;
    }

    /**
     * Keys, trusted certificates, protocols and ciphers for ssl:// addresses. By default the JVM's trust store and no
     * client certificate.
     */
    public void setSslContextParameters(@Nullable SSLContextParameters sslContextParameters) {
        this.sslContextParameters = sslContextParameters;
    }

    public boolean isHttpsHostnameVerificationEnabled() {
        return httpsHostnameVerificationEnabled;
    }

    /** Whether the broker's certificate must be for the host's name. */
    public void setHttpsHostnameVerificationEnabled(boolean httpsHostnameVerificationEnabled) {
        this.httpsHostnameVerificationEnabled = httpsHostnameVerificationEnabled;
    }

    public @Nullable String getWillTopic() {
        return willTopic;
    }

    /**
     * Topic on which this client announces whether it is online: the broker publishes willPayload on it when the
     * connection breaks, and the client publishes onlinePayload after each connect and willPayload on an orderly stop.
     * In it, {router} stands for the router's own identifier.
     */
    public void setWillTopic(@Nullable String willTopic) {
        this.willTopic = willTopic;
    }

    public String getWillPayload() {
        return willPayload;
    }

    /** Payload of the will. */
    public void setWillPayload(String willPayload) {
        this.willPayload = willPayload;
    }

    public String getOnlinePayload() {
        return onlinePayload;
    }

    /** Payload that is published on willTopic after each connect. */
    public void setOnlinePayload(String onlinePayload) {
        this.onlinePayload = onlinePayload;
    }

    public int getWillQos() {
        return willQos;
    }

    /** Quality of service of willPayload and onlinePayload. */
    public void setWillQos(int willQos) {
        this.willQos = willQos;
    }

    public boolean isWillRetained() {
        return willRetained;
    }

    /** Whether the broker retains willPayload and onlinePayload. */
    public void setWillRetained(boolean willRetained) {
        this.willRetained = willRetained;
    }

    public @Nullable Long getMessageExpiryInterval() {
        return messageExpiryInterval;
    }

    /** Seconds after which the broker need not deliver a message any more. MQTT 5 only. */
    public void setMessageExpiryInterval(@Nullable Long messageExpiryInterval) {
        this.messageExpiryInterval = messageExpiryInterval;
    }

    public @Nullable String getContentType() {
        return contentType;
    }

    /** MIME type of the payload, such as application/json. MQTT 5 only. */
    public void setContentType(@Nullable String contentType) {
        this.contentType = contentType;
    }

    public boolean isPayloadFormatIndicator() {
        return payloadFormatIndicator;
    }

    /** Whether to declare the payload to be UTF-8 text. MQTT 5 only. */
    public void setPayloadFormatIndicator(boolean payloadFormatIndicator) {
        this.payloadFormatIndicator = payloadFormatIndicator;
    }

    public boolean isLastValue() {
        return lastValue;
    }

    /**
     * Whether the newest message of each topic is also published, retained, on that topic with lastValueTopicSuffix
     * appended; the newest by the header DtTimestamp, so that a late value never overwrites a newer one.
     */
    public void setLastValue(boolean lastValue) {
        this.lastValue = lastValue;
    }

    public String getLastValueTopicSuffix() {
        return lastValueTopicSuffix;
    }

    /** The suffix of a topic for its last value, with lastValue. */
    public void setLastValueTopicSuffix(String lastValueTopicSuffix) {
        this.lastValueTopicSuffix = lastValueTopicSuffix;
    }

    public String getLateTopicSuffix() {
        return lateTopicSuffix;
    }

    /**
     * The suffix, such as /late, of the topic of a message that is older, by the header DtTimestamp, than one published
     * before on its topic; so the newest message of a topic remains the current one, whatever comes late from history
     * or from a sensor that was offline. If it is not set, late messages are on the same topic as others.
     */
    public void setLateTopicSuffix(String lateTopicSuffix) {
        this.lateTopicSuffix = lateTopicSuffix;
    }

    public String getStateDirectory() {
        return stateDirectory;
    }

    /**
     * The folder that keeps the timestamps of the last values, and the router's own identifier, over restarts. The
     * router sets it to mqtt in its data folder.
     */
    public void setStateDirectory(String stateDirectory) {
        this.stateDirectory = stateDirectory;
    }

    public Map<String, Object> getUserProperties() {
        return userProperties;
    }

    /** User properties of each message and of CONNECT, as userProperty.NAME=VALUE. MQTT 5 only. */
    public void setUserProperties(Map<String, Object> userProperties) {
        this.userProperties = userProperties;
    }
}
