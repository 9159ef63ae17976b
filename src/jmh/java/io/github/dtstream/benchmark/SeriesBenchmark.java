package io.github.dtstream.benchmark;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.local.LocalJournal;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.series.Graph;
import io.github.dtstream.series.SeriesIndex;
import io.github.dtstream.series.SeriesStatus;
import io.github.dtstream.series.Versions;
import io.github.dtstream.series.value.SeriesKey;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Measures what it costs to keep values for graphs, and how soon a graph of a month is ready: {@code mvn -Pjmh
 * test-compile exec:exec -Djmh.main=io.github.dtstream.benchmark.SeriesBenchmark -Djmh.args="500 31"}. The arguments
 * are the numbers of sensors and of days. Each sensor sends a temperature and its network status every 15 minutes.
 */
public final class SeriesBenchmark {
    private static final Duration HEARTBEAT = Duration.ofMinutes(15);
    private static final int SHOWN = 10;
    private static final int WIDTH = 1000;

    private SeriesBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int sensors = arguments.length == 0 ? 500 : Integer.parseInt(arguments[0]);
        int days = arguments.length < 2 ? 31 : Integer.parseInt(arguments[1]);
        Path folder = Files.createTempDirectory("series-benchmark");
        Clock clock = Clock.systemUTC();
        Instant start = clock.instant().minus(Duration.ofDays(days));
        MemoryBudget memory = MemoryBudget.ofHeap(Runtime.getRuntime().maxMemory());
        JournalSettings settings =
                new JournalSettings(64L << 20, Duration.ofDays(400), 64L << 30, 1 << 16, 4 << 20, 4 << 20);
        RejectFile rejects = new RejectFile(folder.resolve("rejected"), 1 << 20, clock);
        Supervisor supervisor = Supervisor.system();
        try (Journal journal =
                LocalJournal.open(folder.resolve("journal"), settings, rejects, clock, supervisor, memory)) {
            int events = append(journal, sensors, days, start);
            System.out.printf(
                    Locale.ROOT,
                    "%,d events of %d sensors over %d days, a journal of %,d MB, a heap of %,d MB%n",
                    events,
                    sensors,
                    days,
                    journal.status().bytes().orElseThrow() / 1_000_000,
                    Runtime.getRuntime().maxMemory() >> 20);
            Path blocks = folder.resolve("series");
            index(journal, blocks, memory, supervisor, clock, "all of it", start, days);
            index(journal, blocks, memory, supervisor, clock, "at a start", start, days);
        } finally {
            Folders.delete(folder);
        }
    }

    private static int append(Journal journal, int sensors, int days, Instant start) throws InterruptedException {
        int rounds = (int) (Duration.ofDays(days).toMinutes() / HEARTBEAT.toMinutes());
        int number = 0;
        for (int round = 0; round < rounds; round++) {
            Instant begin = start.plus(HEARTBEAT.multipliedBy(round));
            List<Event> events = new ArrayList<>(2 * sensors);
            for (int sensor = 0; sensor < sensors; sensor++) {
                Instant time = begin.plusMillis(900_000L * sensor / sensors);
                double value = 15 + 9 * Math.sin(number / (sensors * 9.0) + sensor);
                events.add(event(number++, sensor, "temperature", time, "{\"value\":" + Math.round(value * 20) / 20.0));
                events.add(event(
                        number++,
                        sensor,
                        "networkStatus",
                        time,
                        "{\"signalStrength\":" + (40 + number % 50)
                                + ",\"rssi\":-71,\"cloudConnectors\":[{\"id\":\"bdkjbo2v0000uk377c4g\",\"signalStrength\":45,"
                                + "\"rssi\":-71}],\"transmissionMode\":\"LOW_POWER_STANDARD_MODE\""));
            }
            journal.append(events, Source.LIVE, begin.plus(HEARTBEAT));
        }
        journal.flush();
        return number;
    }

    private static Event event(int number, int sensor, String type, Instant time, String begin) {
        String id = "e" + number;
        String device = String.format(Locale.ROOT, "bchonol7rihjtvdms%04d", sensor);
        String head = "{\"eventId\":\"" + id + "\",\"targetName\":\"projects/bhmh0143iktucae701vg/devices/" + device
                + "\",\"eventType\":\"" + type + "\",\"data\":{\"" + type + "\":";
        String data = begin + ",\"updateTime\":\"" + time + "\"}";
        byte[] json = (head + data + "},\"timestamp\":\"" + time + "\"}").getBytes(StandardCharsets.US_ASCII);
        return new Event(id, type, "bhmh0143iktucae701vg", device, time.toString(), json, head.length(), data.length());
    }

    private static void index(
            Journal journal,
            Path folder,
            MemoryBudget memory,
            Supervisor supervisor,
            Clock clock,
            String what,
            Instant start,
            int days)
            throws InterruptedException {
        try (SeriesIndex index = new SeriesIndex(new SeriesIndex.Setup(
                "benchmark",
                journal,
                folder,
                new SystemStorage(),
                memory,
                new Versions(clock),
                Ticker.SYSTEM,
                Sleeper.SYSTEM))) {
            long begin = System.nanoTime();
            index.start(supervisor);
            while (index.status().until() == null || index.status().lag() > 0) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            double cpu = cpuSeconds("dt-series-benchmark");
            SeriesStatus status = index.status();
            System.out.printf(
                    Locale.ROOT,
                    "%s: there after %.2f s, %.2f s of CPU, %.2f us an event; %,d series, %d blocks, %,d MB%n",
                    what,
                    seconds,
                    cpu,
                    cpu * 1e6 / journal.status().nextSequence(),
                    status.series(),
                    status.blocks(),
                    status.bytes() / 1_000_000);
            for (int turn = 0; turn < 5; turn++) {
                graph(index, start, days);
            }
        }
    }

    private static void graph(SeriesIndex index, Instant start, int days) {
        List<SeriesKey> keys = new ArrayList<>();
        for (int sensor = 0; sensor < SHOWN; sensor++) {
            keys.add(new SeriesKey(
                    String.format(Locale.ROOT, "bchonol7rihjtvdms%04d", sensor * 7), Quantity.TEMPERATURE));
        }
        long begin = System.nanoTime();
        Graph graph = index.graph(
                keys, start.toEpochMilli(), start.plus(Duration.ofDays(days)).toEpochMilli(), WIDTH);
        long millis = (System.nanoTime() - begin) / 1_000_000;
        long points =
                graph.lines().stream().mapToLong(line -> line.times().length).sum();
        System.out.printf(
                Locale.ROOT,
                "  %d days of %d sensors at %d pixels: %d ms, %,d points, step %d s%n",
                days,
                SHOWN,
                WIDTH,
                millis,
                points,
                graph.step() / 1000);
    }

    private static double cpuSeconds(String thread) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (long id : threads.getAllThreadIds()) {
            if (threads.getThreadInfo(id) != null
                    && threads.getThreadInfo(id).getThreadName().equals(thread)) {
                return threads.getThreadCpuTime(id) / 1e9;
            }
        }
        return 0;
    }
}
