package io.github.dtstream.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The processes of a contender, and the resources that they have used so far. Not thread-safe. */
final class Launched implements AutoCloseable {
    private static final int STOP_SECONDS = 10;

    private final List<Process> processes;
    private final long startedNanos = System.nanoTime();
    private final Map<Long, Duration> cpu = new HashMap<>();
    private final Map<Long, Long> peakKilobytes = new HashMap<>();

    private Launched(List<Process> processes) {
        this.processes = processes;
    }

    /** Starts a pipeline; its output goes to {@code log}. */
    static Launched start(List<ProcessBuilder> pipeline, Path log) throws IOException {
        pipeline.forEach(builder -> builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())));
        ProcessBuilder last = pipeline.get(pipeline.size() - 1);
        if (last.redirectOutput() == ProcessBuilder.Redirect.PIPE) {
            last.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        }
        return new Launched(ProcessBuilder.startPipeline(pipeline));
    }

    long startedNanos() {
        return startedNanos;
    }

    boolean isAlive() {
        return processes.stream().anyMatch(Process::isAlive);
    }

    /** CPU time of all processes; for one that has ended, the time that the last call of this method saw. */
    double cpuSeconds() {
        for (Process process : processes) {
            process.info().totalCpuDuration().ifPresent(spent -> cpu.put(process.pid(), spent));
        }
        return cpu.values().stream().mapToDouble(Duration::toNanos).sum() / 1e9;
    }

    /** The sum of their peaks of resident memory; 0 if the system does not report them. */
    double peakMegabytes() {
        return megabytes("VmHWM:", peakKilobytes);
    }

    /** The sum of their current resident memory; 0 if the system does not report it. */
    double residentMegabytes() {
        return megabytes("VmRSS:", new HashMap<>());
    }

    private double megabytes(String line, Map<Long, Long> known) {
        for (Process process : processes) {
            try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
                lines.filter(text -> text.startsWith(line))
                        .findFirst()
                        .ifPresent(text -> known.put(process.pid(), Long.parseLong(text.replaceAll("\\D", ""))));
            } catch (IOException | RuntimeException gone) {
                // it has ended, or this system has no such file
            }
        }
        return known.values().stream().mapToLong(Long::longValue).sum() / 1024.0;
    }

    @Override
    public void close() throws InterruptedException {
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }
}
