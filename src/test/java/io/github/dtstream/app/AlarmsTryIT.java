package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.time.CloudClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The command {@code alarms try} of the packaged jar, with the history of the simulated cloud. */
@Execution(ExecutionMode.CONCURRENT)
class AlarmsTryIT {
    private static final CloudClock CLOCK = CloudClock.system();

    @TempDir
    private Path folder;

    @Test
    void triesRulesOnTheCloudsHistoryWithoutAJournal() throws Exception {
        SimulatorSettings settings = SimulatorSettings.defaults().withIndexingDelay(Duration.ZERO, Duration.ZERO);
        Instant day = CLOCK.instant().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofDays(1));
        try (SimulatedCloud cloud = SimulatedCloud.start(settings, CLOCK, new Random(1))) {
            String freezer = cloud.addDevice(DeviceType.TEMPERATURE, Map.of("name", "Freezer"));
            for (int minute = 15; minute < 600; minute += 15) {
                cloud.publish(
                        freezer,
                        "temperature",
                        "{\"value\":" + (minute >= 120 && minute < 240 ? -9 : -20) + "}",
                        day.plus(Duration.ofMinutes(minute)),
                        SimulatedEvent.Origin.HISTORY_ONLY);
            }
            Files.writeString(
                    Files.createDirectories(folder.resolve("routes")).resolve("alarms.yaml"),
                    "alarms: [{alarm: warm, value: temperature, raise: {above: -15, for: 30m}}]\n");
            try (JarProcess json = new JarProcess.Setup(folder)
                            .cloud(cloud)
                            .start("alarms", "try", "--history", "--from", "-1d", "--json");
                    JarProcess csv = new JarProcess.Setup(folder)
                            .cloud(cloud)
                            .start("alarms", "try", "--history", "--format=csv");
                    JarProcess refused = new JarProcess.Setup(folder)
                            .cloud(cloud)
                            .environment("DT_SERVICE_ACCOUNT_SECRET", "another one")
                            .start("alarms", "try", "--history")) {
                assertThat(json.exitCode()).as(json.err()).isZero();
                assertThat(json.err()).isEmpty();
                JsonNode report = new ObjectMapper().readTree(json.out());
                assertThat(report.get("records").asInt()).isEqualTo(39);
                JsonNode alarm = report.get("rules").get(0).get("alarms").get(0);
                assertThat(alarm.get("deviceName").asText()).isEqualTo("Freezer");
                assertThat(alarm.get("since").asText())
                        .isEqualTo(day.plus(Duration.ofMinutes(120)).toString());
                assertThat(alarm.get("seconds").asInt()).isEqualTo(7_200);

                assertThat(csv.exitCode()).as(csv.err()).isZero();
                assertThat(csv.err()).isEmpty();
                assertThat(csv.out().lines()).hasSize(2).first().asString().startsWith("rule,deviceId");

                assertThat(refused.exitCode()).isEqualTo(77);
                assertThat(refused.out()).isEmpty();
                assertThat(refused.err())
                        .startsWith("The cloud's history cannot be read: ")
                        .doesNotContain("another one", "\tat ");
            }
            assertThat(folder.resolve("data")).doesNotExist();
        }
    }
}
