package io.github.dtstream.device;

import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.cloud.api.Devices;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The directory of a large project: one look-up, as each event makes it, and reading the whole list again. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class DirectoryBenchmark {
    @Param({"100", "10000", "100000"})
    public int devices;

    private static final int PAGE_SIZE = 100;

    private final List<byte[]> pages = new ArrayList<>();
    private Path folder;
    private DeviceDirectory directory;
    private String[] ids;
    private int next;

    @Setup(Level.Trial)
    public void fill() throws IOException {
        folder = Files.createTempDirectory("directory-benchmark");
        ids = new String[devices];
        for (int i = 0; i < devices; i++) {
            ids[i] = String.format("bench%015d", i * 7919L % devices);
        }
        render();
        long before = usedBytes();
        directory = read();
        System.out.printf("%,d devices: %,d bytes of heap each%n", devices, (usedBytes() - before) / devices);
    }

    @Benchmark
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public Optional<Device> lookUp() {
        next = next + 1 == devices ? 0 : next + 1;
        return directory.get(ids[next]);
    }

    /** Parses all pages and writes the copy to disk; the cloud itself takes no time here. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public DeviceDirectory read() {
        DeviceDirectory read = new DeviceDirectory(
                "benchmark0project000",
                new Devices((path, query) -> page(query), "benchmark0project000"),
                folder.resolve("devices.json"),
                Duration.ofHours(1),
                Clock.systemUTC(),
                Ticker.SYSTEM,
                Runnable::run);
        read.refreshSoon();
        return read;
    }

    private byte[] page(Map<String, List<String>> query) {
        List<String> token = query.get("page_token");
        return pages.get(token.isEmpty() ? 0 : Integer.parseInt(token.get(0)));
    }

    private void render() {
        for (int first = 0; first < devices; first += PAGE_SIZE) {
            int last = Math.min(first + PAGE_SIZE, devices);
            String list = Arrays.stream(ids, first, last)
                    .map(id -> "{\"name\":\"projects/benchmark0project000/devices/" + id
                            + "\",\"type\":\"temperature\",\"productNumber\":\"102058\",\"labels\":{\"name\":\"Sensor "
                            + id + "\",\"room\":\"1\"},\"reported\":{}}")
                    .collect(Collectors.joining(","));
            String next = last == devices ? "" : String.valueOf(last / PAGE_SIZE);
            pages.add(("{\"devices\":[" + list + "],\"nextPageToken\":\"" + next + "\"}")
                    .getBytes(StandardCharsets.UTF_8));
        }
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @TearDown
    public void delete() throws IOException {
        Files.deleteIfExists(folder.resolve("devices.json"));
        Files.deleteIfExists(folder);
    }
}
