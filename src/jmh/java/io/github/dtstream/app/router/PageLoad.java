package io.github.dtstream.app.router;

import com.sun.management.OperatingSystemMXBean;
import io.github.dtstream.benchmark.Folders;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures what viewers of the page cost: how soon a page of 5,000 sensors is loaded, and what ten viewers use while
 * events come: {@code mvn -Pjmh test-compile exec:exec -Djmh.main=io.github.dtstream.app.router.PageLoad
 * -Djmh.args="5000 10"}. The arguments are the numbers of sensors and of viewers.
 */
public final class PageLoad {
    private static final int PER_SECOND = 1000;
    private static final int SECONDS = 20;

    private PageLoad() {}

    public static void main(String[] arguments) throws Exception {
        int sensors = arguments.length == 0 ? 5_000 : Integer.parseInt(arguments[0]);
        int viewers = arguments.length < 2 ? 10 : Integer.parseInt(arguments[1]);
        Path folder = Files.createTempDirectory("page-load");
        try (SimulatedCloud cloud = RouterFixture.cloud()) {
            RouterFixture.addRoute(folder, "files");
            List<String> devices = cloud.addDevices(sensors, DeviceType.HUMIDITY);
            try (RouterFixture router = RouterFixture.start(folder, cloud, Map.of())) {
                while (!router.json("/routes").at("/streams/0/state").asText().equals("live")) {
                    TimeUnit.MILLISECONDS.sleep(50);
                }
                for (String device : devices) {
                    cloud.publish(device, "humidity", "{\"temperature\":22.35,\"relativeHumidity\":41.5}");
                    cloud.publish(device, "networkStatus", "{\"signalStrength\":55}");
                }
                while (router.json("/api/devices")
                        .at("/devices/" + (sensors - 1) + "/values/signal")
                        .isMissingNode()) {
                    TimeUnit.MILLISECONDS.sleep(200);
                }
                for (int turn = 0; turn < 10; turn++) {
                    devices(router, turn);
                }
                for (int turn = 0; turn < 2; turn++) {
                    watched(cloud, router, 0);
                    watched(cloud, router, viewers);
                }
            }
        } finally {
            Folders.delete(folder);
        }
    }

    private static void devices(RouterFixture router, int turn) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                .send(
                        router.request("/api/devices")
                                .header("Accept-Encoding", "gzip")
                                .GET()
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        System.out.printf(
                Locale.ROOT,
                "/api/devices, turn %d: %d ms, %,d bytes %s%n",
                turn,
                (System.nanoTime() - begin) / 1_000_000,
                answer.body().length,
                answer.headers().firstValue("content-encoding").orElse("plain"));
    }

    /** Measures CPU and heap of this process while events come and so many viewers watch. */
    private static void watched(SimulatedCloud cloud, RouterFixture router, int viewers) throws Exception {
        List<InputStream> open = new ArrayList<>();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < viewers; i++) {
            InputStream frames = HttpClient.newHttpClient()
                    .send(router.request("/api/live").GET().build(), HttpResponse.BodyHandlers.ofInputStream())
                    .body();
            open.add(frames);
            Thread reader = new Thread(() -> drain(frames));
            reader.setDaemon(true);
            reader.start();
            readers.add(reader);
        }
        TimeUnit.SECONDS.sleep(5);
        long cpu = cpu();
        cloud.produce(PER_SECOND);
        TimeUnit.SECONDS.sleep(SECONDS);
        cloud.stopProduction();
        double share = (cpu() - cpu) / 1e9 / SECONDS;
        System.gc();
        System.out.printf(
                Locale.ROOT,
                "%d viewers, %d events/s: %.1f %% of a processor, %.1f MB of heap%n",
                viewers,
                PER_SECOND,
                share * 100,
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6);
        for (InputStream frames : open) {
            frames.close();
        }
        for (Thread reader : readers) {
            reader.join(5_000);
        }
    }

    private static void drain(InputStream frames) {
        byte[] buffer = new byte[1 << 16];
        try {
            while (frames.read(buffer) >= 0) {
                // a page would draw it
            }
        } catch (IOException e) {
            // it was closed
        }
    }

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
