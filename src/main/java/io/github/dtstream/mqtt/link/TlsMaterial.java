package io.github.dtstream.mqtt.link;

import com.hivemq.client.mqtt.MqttClientSslConfigBuilder;

/** Keys, trusted certificates, protocols and ciphers; connections with equal ones can be shared. */
public interface TlsMaterial {
    /**
     * Adds the keys and settings to a configuration; reads files again.
     *
     * @throws Exception if they cannot be read; the message says which
     */
    void addTo(MqttClientSslConfigBuilder builder) throws Exception;
}
