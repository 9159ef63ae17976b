package io.github.dtstream.app.router;

import io.github.dtstream.benchmark.Folders;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * Measures the time from when the cloud sends a value until an alarm route has written its file, while a thousand other
 * events a second pass: {@code mvn -Pjmh test-compile exec:exec -Djmh.main=io.github.dtstream.app.router.AlarmLatency
 * -Djmh.args="300"}. The argument is the number of alarms raised and cleared.
 */
public final class AlarmLatency {
    private static final String ROUTE = """
            - from:
                uri: dt-alarm:probe
                parameters: {subscriber: told, startFrom: beginning, events: changes}
                steps:
                  - split:
                      simple: "${body}"
                      steps:
                        - setBody: {simple: "${header.DtAlarmKind}"}
                        - to: {uri: "file:%s", parameters: {fileName: told.txt, fileExist: Append, appendChars: "\\\\n"}}
            - from:
                uri: dt-stream:{{dt.project-id}}
                parameters: {subscriber: events}
                steps:
                  - split: {simple: "${body}", steps: [{to: "log:events?level=OFF"}]}
            """;

    private static final String RULES = """
            alarms:
              - {alarm: probe, devices: {label: {probe: "yes"}}, value: pressure, raise: {above: 100000}}
              - {alarm: warm, value: temperature, raise: {above: 60, for: 30m}, no-data: 50m}
              - {alarm: cold, value: temperature, raise: {below: -60}}
              - {alarm: excursion, value: temperature, excursion: {above: 50, total: 2h, within: 24h}}
              - {alarm: battery, value: battery, raise: {below: 1}}
            """;

    private static final int PER_SECOND = 1000;

    private AlarmLatency() {}

    public static void main(String[] arguments) throws Exception {
        int count = arguments.length == 0 ? 300 : Integer.parseInt(arguments[0]);
        Path folder = Files.createTempDirectory("alarm-latency");
        try (SimulatedCloud cloud = RouterFixture.cloud()) {
            Path routes = Files.createDirectories(folder.resolve("routes"));
            Path told = folder.resolve("out/told.txt");
            Files.writeString(routes.resolve("told.camel.yaml"), ROUTE.formatted(told.getParent()));
            Files.writeString(routes.resolve("alarms.yaml"), RULES);
            cloud.addDevices(500, DeviceType.TEMPERATURE);
            String probe = cloud.addDevice(DeviceType.TEMPERATURE, Map.of("probe", "yes"));
            try (RouterFixture router = RouterFixture.start(folder, cloud, Map.of())) {
                while (!router.json("/routes").at("/streams/0/state").asText().equals("live")) {
                    Thread.sleep(100);
                }
                cloud.produce(PER_SECOND);
                measure(cloud, probe, told, count / 3);
                report(measure(cloud, probe, told, count));
                cloud.stopProduction();
            }
        } finally {
            Folders.delete(folder);
        }
    }

    /** Sends one value after the other, each when the one before has come through; returns microseconds. */
    private static long[] measure(SimulatedCloud cloud, String probe, Path told, int count) throws Exception {
        long[] micros = new long[count];
        for (int i = 0; i < count; i++) {
            long before = size(told);
            long begin = System.nanoTime();
            cloud.publish(probe, "pressure", i % 2 == 0 ? "{\"pascal\":101000}" : "{\"pascal\":99000}");
            while (size(told) == before) {
                Thread.sleep(0, 200_000);
                if (System.nanoTime() - begin > 60_000_000_000L) {
                    throw new IllegalStateException("the alarm did not come within a minute");
                }
            }
            micros[i] = (System.nanoTime() - begin) / 1000;
            Thread.sleep(50);
        }
        return micros;
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    private static void report(long[] micros) {
        Arrays.sort(micros);
        System.out.printf(
                Locale.ROOT,
                "%d alarms beside %d events/s: p50 %.1f ms, p99 %.1f ms, longest %.1f ms%n",
                micros.length,
                PER_SECOND,
                micros[micros.length / 2] / 1000.0,
                micros[micros.length * 99 / 100] / 1000.0,
                micros[micros.length - 1] / 1000.0);
    }
}
