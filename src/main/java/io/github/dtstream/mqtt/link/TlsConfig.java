package io.github.dtstream.mqtt.link;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientSslConfigBuilder;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;

/** The TLS settings of a connection for the HiveMQ client. */
final class TlsConfig {
    private TlsConfig() {}

    /** @throws Exception if the key or trust material cannot be read */
    static MqttClientSslConfig of(MqttSettings settings) throws Exception {
        MqttClientSslConfigBuilder builder = MqttClientSslConfig.builder()
                .handshakeTimeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
        TlsMaterial material = settings.tls();
        if (material != null) {
            material.addTo(builder);
        }
        if (!settings.hostnameVerification()) {
            builder.hostnameVerifier((host, session) -> true);
        } else if (settings.broker().host().indexOf('_') >= 0) {
            // Java does not accept such a name as a host name, and would refuse every certificate for it.
            builder.hostnameVerifier(new DefaultHostnameVerifier());
        }
        return builder.build();
    }
}
