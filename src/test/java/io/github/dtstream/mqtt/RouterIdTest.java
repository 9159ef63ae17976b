package io.github.dtstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.mqtt.link.MqttSettings;
import io.github.dtstream.storage.CrashTrial;
import io.github.dtstream.storage.SystemStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouterIdTest {
    @TempDir
    private Path directory;

    private MqttSettings settings(Path folder, String options) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        context.addComponent("dt-mqtt", new DtMqttComponent());
        return context.getEndpoint(
                        "dt-mqtt:t?willTopic=RAW(dt/bridge-{router}/state)&stateDirectory=" + folder + options,
                        DtMqttEndpoint.class)
                .settings();
    }

    @Test
    void staysTheSameWithItsFolderWhereverThatIsMoved() throws Exception {
        Path first = directory.resolve("a/mqtt");
        MqttSettings before = settings(first, "");

        Path moved = Files.move(first, directory.resolve("moved"));

        assertThat(settings(moved, "").clientId()).isEqualTo(before.clientId());
        assertThat(settings(moved, "").presence()).isEqualTo(before.presence());
        assertThat(before.presence().topic()).matches("dt/bridge-[a-z0-9]{8}/state");
    }

    @Test
    void makesClientIdsThatEveryBrokerTakesAndThatDifferByRouterAndOptions() throws Exception {
        String one = settings(directory.resolve("a"), "").clientId();

        assertThat(one).matches("[A-Za-z0-9]{1,23}");
        assertThat(settings(directory.resolve("b"), "").clientId()).isNotEqualTo(one);
        assertThat(settings(directory.resolve("a"), "&maxInflight=7").clientId())
                .isNotEqualTo(one);
    }

    @Test
    void isMadeOnceOrNotYetWhereverItCrashes() throws Exception {
        String first = RouterId.in(directory.resolve("first"), new Random(1), new SystemStorage());

        CrashTrial.atEachOperation(
                directory,
                (own, storage) -> {},
                (own, storage) -> RouterId.in(own, new Random(1), storage),
                (own, storage, isDone) -> {
                    String found = RouterId.in(own, new Random(2), storage);
                    assertThat(found).matches("[a-z0-9]{8}");
                    assertThat(found.equals(first) || !isDone).isTrue();
                    assertThat(RouterId.in(own, new Random(3), storage)).isEqualTo(found);
                });
    }

    @Test
    void saysWhatToDoWithAFileThatHoldsSomethingElse() throws Exception {
        Files.writeString(directory.resolve("router-id"), "two words");

        assertThatThrownBy(() -> RouterId.in(directory, new Random(1), new SystemStorage()))
                .hasMessageContaining("router-id")
                .hasMessageContaining("delete it");
    }

    @Test
    void isNotAskedForWhereEverythingIsNamed() throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        context.addComponent("dt-mqtt", new DtMqttComponent());

        MqttSettings settings = context.getEndpoint(
                        "dt-mqtt:t?clientId=c&willTopic=s&stateDirectory=" + directory.resolve("none"),
                        DtMqttEndpoint.class)
                .settings();

        assertThat(settings.clientId()).isEqualTo("c");
        assertThat(directory.resolve("none")).doesNotExist();
        assertThat(settings.presence().topic()).isEqualTo("s");
    }
}
