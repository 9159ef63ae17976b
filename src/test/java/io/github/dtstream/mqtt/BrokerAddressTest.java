package io.github.dtstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerAddressTest {
    @ParameterizedTest
    @CsvSource({
        "tcp://broker, tcp://broker:1883",
        "mqtt://broker:1884/, tcp://broker:1884",
        "ssl://broker, ssl://broker:8883",
        "mqtts://10.0.0.1:1, ssl://10.0.0.1:1",
        "tcp://[::1]:1883, tcp://[::1]:1883",
        "tcp://my_broker:1883, tcp://my_broker:1883",
        "ssl://_mqtt.site_2.example, ssl://_mqtt.site_2.example:8883"
    })
    void understandsEachForm(String url, String address) {
        assertThat(BrokerAddress.parse(url)).hasToString(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "broker:1883",
                "http://broker",
                "tcp:broker",
                "tcp://broker/topic",
                "tcp://",
                "",
                "tcp://b r",
                "tcp://broker:port",
                "tcp://[::1",
                "tcp://a,b"
            })
    void saysWhatToWriteInstead(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BrokerAddress.parse(url))
                .withMessageContaining("tcp://host:port");
    }

    @Test
    void refusesACredentialWithoutRepeatingIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BrokerAddress.parse("tcp://me:hush@broker:1883"))
                .withMessageContaining("userName")
                .withMessageNotContaining("hush");
    }
}
