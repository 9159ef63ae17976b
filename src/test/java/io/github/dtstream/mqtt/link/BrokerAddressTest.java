package io.github.dtstream.mqtt.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokerAddressTest {
    @ParameterizedTest
    @CsvSource({
        "tcp://broker, tcp://broker:1883",
        "mqtt://broker:1884/, tcp://broker:1884",
        "ssl://broker, ssl://broker:8883",
        "mqtts://10.0.0.1:1, ssl://10.0.0.1:1",
        "tcp://[::1]:1883, tcp://[::1]:1883",
        "tcp://my_broker:1883, tcp://my_broker:1883",
        "TCP://broker, tcp://broker:1883",
        "ssl://_mqtt.site_2.example, ssl://_mqtt.site_2.example:8883"
    })
    void understandsEachForm(String url, String address) {
        assertThat(BrokerAddress.parse(url)).hasToString(address);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "broker:1883 | has no scheme",
                "tcp:broker | has no scheme",
                "'' | has no scheme",
                "http://broker | has the unknown scheme 'http'",
                "mqt://broker | has the unknown scheme 'mqt', did you mean 'mqtt'?",
                "mqttss://broker | has the unknown scheme 'mqttss', did you mean 'mqtts'?",
                "tcp:// | has no host",
                "tcp://:1883 | has no host",
                "tcp://broker/topic | goes on after host and port",
                "tcp://broker?qos=1 | goes on after host and port",
                "tcp://b r | has no host and port that can be read",
                "tcp://broker:port | has no host and port that can be read",
                "tcp://[::1 | has no host and port that can be read",
                "tcp://a,b | has no host and port that can be read",
                "tcp://broker:0 | has the port 0, which is not between 1 and 65535",
                "tcp://broker:65536 | has the port 65536, which is not between 1 and 65535",
            })
    void saysWhatIsWrongAndWhatToWriteInstead(String url, String fault) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BrokerAddress.parse(url))
                .withMessage(
                        "brokerUrl is '" + url + "', which " + fault + "; write tcp://host:port, or ssl://host:port"
                                + " for TLS (mqtt:// and mqtts:// mean the same)");
    }

    @Test
    void refusesACredentialWithoutRepeatingIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BrokerAddress.parse("tcp://me:hush@broker:1883"))
                .withMessageContaining("userName")
                .withMessageNotContaining("hush");
    }
}
