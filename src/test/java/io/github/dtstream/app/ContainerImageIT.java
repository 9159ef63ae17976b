package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The container image as a read-only root with a memory limit; {@code src/image/try.sh} lists the steps. */
class ContainerImageIT {
    private static final int SKIPPED = 77;

    @Test
    void startsFromTheEnvironmentAloneIsWellInLittleMemoryAndEndsAsAsked() throws Exception {
        Path image = Path.of(System.getProperty("dt.image"));
        assumeTrue(Files.exists(image), "there is no " + image + ": mvn -Pimage makes it, on Linux");
        ScheduledExecutorService sensors = Executors.newSingleThreadScheduledExecutor();
        try (SimulatedCloud cloud =
                SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1))) {
            cloud.addDevices(20, DeviceType.TEMPERATURE);
            sensors.scheduleWithFixedDelay(() -> cloud.produce(100), 0, 100, TimeUnit.MILLISECONDS);
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
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();

            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();

            System.out.print(said);
            assumeTrue(process.exitValue() != SKIPPED, said);
            assertThat(process.exitValue()).as(said).isZero();
            assertThat(said.lines())
                    .filteredOn(line -> line.startsWith("ok: "))
                    .as(said)
                    .hasSize(7);
        } finally {
            sensors.shutdownNow();
        }
    }
}
