package io.github.dtstream.mqtt.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import io.github.dtstream.mqtt.Certificates;
import io.github.dtstream.mqtt.DtMqttComponent;
import io.github.dtstream.mqtt.DtMqttEndpoint;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.hc.client5.http.ssl.HttpClientHostnameVerifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsConfigTest {
    @TempDir
    private Path directory;

    private static MqttClientSslConfig config(String host) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        context.addComponent("dt-mqtt", new DtMqttComponent());
        MqttSettings settings = context.getEndpoint(
                        "dt-mqtt:t?clientId=c&brokerUrl=ssl://" + host, DtMqttEndpoint.class)
                .settings();
        return TlsConfig.of(settings);
    }

    private X509Certificate issue(String host) throws Exception {
        Path store = new Certificates(directory).issue("server", "dns:" + host);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, Certificates.PASSWORD.toCharArray());
        }
        return (X509Certificate) keys.getCertificate("server");
    }

    @Test
    void leavesHostNamesToJava() throws Exception {
        assertThat(config("broker").getHostnameVerifier()).isEmpty();
    }

    @Test
    void comparesAHostNameWithAnUnderscoreItself() throws Exception {
        var verifier = (HttpClientHostnameVerifier)
                config("my_broker").getHostnameVerifier().orElseThrow();
        X509Certificate certificate = issue("my_broker");

        assertThatCode(() -> verifier.verify("my_broker", certificate)).doesNotThrowAnyException();
        assertThatThrownBy(() -> verifier.verify("her_broker", certificate)).isInstanceOf(SSLException.class);
    }
}
