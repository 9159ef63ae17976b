package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The Debian package on a copy of this machine's system; {@code src/deb/try.sh} lists the steps. */
class DebianPackageIT {
    private static final int SKIPPED = 77;

    @Test
    void isInstalledVerifiedStartedUpgradedRemovedAndPurged() throws Exception {
        try (SimulatedCloud cloud =
                SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1))) {
            cloud.addDevices(3, DeviceType.TEMPERATURE);
            cloud.produce(20);
            List<String> command = new ArrayList<>(List.of(
                    "bash",
                    "src/deb/try.sh",
                    Path.of(System.getProperty("dt.deb")).toString(),
                    cloud.account().secret(),
                    "DT_HTTP_PORT=0",
                    "DT_API_URL=" + cloud.baseUri(),
                    "DT_TOKEN_URL=" + cloud.tokenUri(),
                    "DT_PROJECT_ID=" + cloud.projectId(),
                    "DT_SERVICE_ACCOUNT_KEY_ID=" + cloud.account().keyId(),
                    "DT_SERVICE_ACCOUNT_EMAIL=" + cloud.account().email()));
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().keySet().removeIf(name -> name.startsWith("DT_"));
            Process process = builder.start();

            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();

            System.out.print(said);
            assumeTrue(process.exitValue() != SKIPPED, said);
            assertThat(process.exitValue()).as(said).isZero();
            assertThat(said.lines())
                    .filteredOn(line -> line.startsWith("ok: "))
                    .as(said)
                    .hasSize(9);
        }
    }
}
