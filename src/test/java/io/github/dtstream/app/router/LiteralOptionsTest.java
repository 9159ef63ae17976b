package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.camel.DtStreamComponent;
import io.github.dtstream.mqtt.DtMqttComponent;
import java.util.Map;
import org.apache.camel.main.Main;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiteralOptionsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"s3cr{{et", "{{a}}", "{{?a}}", "#bean:x", "#class:java.lang.String", "RAW(a)", " a ", "${a}"})
    void setsWhatStandsThere(String secret) throws Exception {
        Settings settings = Settings.of(Map.of(
                "dt.service-account-secret", secret,
                "dt.mqtt-password", secret,
                "camel.component.dt-stream.proxy-password", secret,
                "dt.ping-interval", "1m30s",
                "dt.max-retries", "-1",
                "dt.reconcile-window", "PT6H",
                "camel.component.dt-stream.maxBatchSize", "7"));
        Main main = new Main();
        main.setDefaultPropertyPlaceholderLocation("false");
        main.setOverrideProperties(settings.forCamel());
        main.addMainListener(new LiteralOptions(settings.literals()));
        try {
            main.init();

            DtStreamComponent stream = main.getCamelContext().getComponent("dt-stream", DtStreamComponent.class);
            DtMqttComponent mqtt = main.getCamelContext().getComponent("dt-mqtt", DtMqttComponent.class);
            assertThat(stream.getServiceAccountSecret()).isEqualTo(secret);
            assertThat(stream.getProxyPassword()).isEqualTo(secret);
            assertThat(mqtt.getConfiguration().getPassword()).isEqualTo(secret);
            assertThat(stream.getConfiguration().getPingInterval()).isEqualTo(90_000);
            assertThat(stream.getConfiguration().getMaxRetries()).isEqualTo(-1);
            assertThat(stream.getConfiguration().getMaxBatchSize()).isEqualTo(7);
            assertThat(stream.getReconcileWindow()).isEqualTo(6 * 3_600_000L);
        } finally {
            main.stop();
        }
    }
}
