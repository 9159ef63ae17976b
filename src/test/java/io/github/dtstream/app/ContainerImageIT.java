package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.github.dtstream.kafka.KafkaBroker;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.jpountz.lz4.LZ4Factory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The container image as a read-only root with a memory limit; {@code src/image/try.sh} lists the steps. */
class ContainerImageIT {
    private static final int SKIPPED = 77;
    private static final int EVENTS_PER_SECOND = 1000;

    @Test
    void startsFromTheEnvironmentAloneIsWellInLittleMemoryAndEndsAsAsked() throws Exception {
        assertWell(List.of(), Map.of());
    }

    /** As the manifest of several routers starts it: one of a group, Kafka's client mounted, and the manifest's memory. */
    @Test
    void isWellAsOneOfAGroupWithKafkasClientMounted(@TempDir Path folder) throws Exception {
        KafkaBroker.assumeThatItCanBeHad();
        Container router = ((StatefulSet) Manifests.read(Files.readString(Path.of("src/kubernetes/group/routers.yaml")))
                        .get(0))
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0);
        String java = router.getEnv().stream()
                .filter(variable -> variable.getName().equals("JDK_JAVA_OPTIONS"))
                .map(EnvVar::getValue)
                .findFirst()
                .orElseThrow();
        Path lib = Files.createDirectory(folder.resolve("lib"));
        for (Class<?> type : List.of(KafkaProducer.class, LZ4Factory.class)) {
            Path jar = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
            Files.copy(jar, lib.resolve(jar.getFileName()));
        }
        try (KafkaBroker broker = KafkaBroker.start(Files.createDirectory(folder.resolve("kafka")))) {
            assertWell(
                    List.of(
                            "JDK_JAVA_OPTIONS=" + java,
                            "DT_JOURNAL=kafka",
                            "DT_KAFKA_BOOTSTRAP_SERVERS=" + broker.address(),
                            "DT_KAFKA_REPLICATION=1",
                            "DT_KAFKA_GROUP=routers",
                            "DT_KAFKA_NODE=dt-stream-router-0"),
                    Map.of(
                            "LIB",
                            lib.toString(),
                            "MEGABYTES",
                            router.getResources().getLimits().get("memory").getAmount()));
        }
    }

    private static void assertWell(List<String> settings, Map<String, String> trial) throws Exception {
        Path image = Path.of(System.getProperty("dt.image"));
        assumeTrue(Files.exists(image), "there is no " + image + ": mvn -Pimage makes it, on Linux");
        try (SimulatedCloud cloud =
                SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1))) {
            cloud.addDevices(20, DeviceType.TEMPERATURE);
            cloud.produce(EVENTS_PER_SECOND);
            List<String> command = new ArrayList<>(List.of(
                    "bash",
                    "src/image/try.sh",
                    image.toString(),
                    cloud.account().secret(),
                    "DT_HTTP_PORT=0",
                    "DT_API_URL=" + cloud.baseUri(),
                    "DT_TOKEN_URL=" + cloud.tokenUri(),
                    "DT_PROJECT_ID=" + cloud.projectId(),
                    "DT_SERVICE_ACCOUNT_KEY_ID=" + cloud.account().keyId(),
                    "DT_SERVICE_ACCOUNT_EMAIL=" + cloud.account().email()));
            command.addAll(settings);
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(trial);
            Process process = builder.start();

            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();

            System.out.print(said);
            assumeTrue(process.exitValue() != SKIPPED, said);
            assertThat(process.exitValue()).as(said).isZero();
            assertThat(said.lines())
                    .filteredOn(line -> line.startsWith("ok: "))
                    .as(said)
                    .hasSize(7);
        }
    }
}
