package io.github.dtstream.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.github.dtstream.doctor.Diagnosis.Level;
import io.github.dtstream.faultproxy.FreePort;
import io.github.dtstream.mqtt.Mosquitto;
import io.github.dtstream.mqtt.link.BrokerAddress;
import io.github.dtstream.mqtt.link.MqttSettings;
import io.github.dtstream.mqtt.link.MqttVersion;
import io.github.dtstream.text.Secret;
import io.github.dtstream.thread.Supervisor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The doctor's reports about a real broker that works, is unreachable, or refuses. */
@EnabledIf("io.github.dtstream.mqtt.Mosquitto#isInstalled")
class BrokerCheckTest {
    @TempDir
    private Path folder;

    private final List<Diagnosis> found = new ArrayList<>();

    private void check(String url, String password) throws Exception {
        MqttSettings settings = new MqttSettings(
                BrokerAddress.parse(url),
                MqttVersion.V5,
                "router-doctor",
                "user",
                new Secret(password),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                10,
                10,
                0,
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Map.of(),
                null,
                null,
                true);
        new BrokerCheck(found::add)
                .run(new BrokerCheck.Use(settings, MqttQos.AT_LEAST_ONCE, true, "dt/p/doctor"), Supervisor.system());
    }

    @Test
    void findsNothingWrongWithABrokerThatIsWell() throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder)) {
            check(broker.url(), "x");
        }

        assertThat(found).extracting(Diagnosis::level).containsExactly(Level.OK, Level.OK);
        assertThat(found.get(0).message()).isEqualTo("connected, by MQTT 5");
        assertThat(found.get(1).message()).contains("2048 bytes was taken on dt/p/doctor");
    }

    @Test
    void saysThatThereIsNoBroker() throws Exception {
        check("tcp://127.0.0.1:" + FreePort.find(), "x");

        assertThat(found).singleElement().matches(diagnosis -> diagnosis.level() == Level.ERROR);
        assertThat(found.get(0).message()).contains("Connection refused");
    }

    @Test
    void saysThatTheTopicIsNotAllowed() throws Exception {
        Path rights = Files.writeString(folder.resolve("acl"), "topic write other/#\n");
        try (Mosquitto broker = Mosquitto.start(folder, "acl_file " + rights)) {
            check(broker.url(), "x");
        }

        assertThat(found).extracting(Diagnosis::level).containsExactly(Level.OK, Level.ERROR);
        assertThat(found.get(1).message())
                // mosquitto 2.0.11 refuses the message and then ends the connection; either may be noticed first.
                .contains("on dt/p/doctor", "right to publish there (ACL)");
    }

    @Test
    void saysThatTheBrokerTakesNoMessageOfThatSizeAndRetainsNothing() throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder, "max_packet_size 200", "retain_available false")) {
            check(broker.url(), "x");
        }

        assertThat(found).extracting(Diagnosis::level).containsExactly(Level.OK, Level.WARNING, Level.ERROR);
        assertThat(found.get(1).message()).contains("retains nothing");
        assertThat(found.get(2).message()).contains("2048 bytes", "allow packets of that size");
    }

    @Test
    void saysThatTheBrokerTakesALowerQualityOfServiceOnly() throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder, "max_qos 0")) {
            check(broker.url(), "x");
        }

        assertThat(found).extracting(Diagnosis::level).containsExactly(Level.OK, Level.WARNING, Level.OK);
        assertThat(found.get(1).message()).contains("QoS 0 at most", "messages can be lost");
    }

    @Test
    void saysThatThePasswordIsWrongWithoutShowingIt() throws Exception {
        Path passwords = folder.resolve("passwords");
        Files.writeString(passwords, "user:$7$101$c2FsdHNhbHQ=$aGFzaA==\n");
        try (Mosquitto broker = Mosquitto.start(folder, "allow_anonymous false", "password_file " + passwords)) {
            check(broker.url(), "hunter2hunter2");
        }

        assertThat(found).singleElement().matches(diagnosis -> diagnosis.level() == Level.ERROR);
        assertThat(found.get(0).message())
                .contains("NOT_AUTHORIZED", "check the user, the password")
                .doesNotContain("hunter2");
    }
}
