package io.github.dtstream.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class KilledAppenderTest {

    private static final int KILLS = 5;

    @TempDir
    Path directory;

    @Test
    @Timeout(180)
    void noLineIsBrokenHoweverOftenTheProcessIsKilled() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        Path file = directory.resolve("events");
        int next = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            next = runAndKill(file, next, next + 1 + random.nextInt(10), random.nextInt(20_000));
        }
        // A last process repairs what the last kill left.
        next = runAndKill(file, next, next, 0);

        List<String> lines = wholeLines(file);

        Map<Integer, List<String>> known = new HashMap<>();
        for (String line : lines) {
            int batch = Integer.parseInt(line.substring(0, line.indexOf('.')));
            assertThat(known.computeIfAbsent(batch, KilledAppender::batch))
                    .as("seed %d", seed)
                    .contains(line);
        }
        Set<String> acknowledged = new LinkedHashSet<>();
        for (int batch = 0; batch < next; batch++) {
            acknowledged.addAll(KilledAppender.batch(batch));
        }
        assertThat(new LinkedHashSet<>(lines)).as("seed %d", seed).containsAll(acknowledged);
        assertThat(lines.size() - new LinkedHashSet<>(lines).size())
                .as("repeated lines, seed %d", seed)
                .isLessThanOrEqualTo((KILLS + 1) * 2 * KilledAppender.RECORDS);
    }

    /**
     * Runs a process that appends from a batch on, kills it after an acknowledgement, and returns the first batch
     * without one.
     */
    private static int runAndKill(Path file, int from, int until, int killAfterMicros) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledAppender.class.getName(),
                        file.toString(),
                        Integer.toString(from))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int next = from;
        try (BufferedReader acknowledgements = process.inputReader()) {
            for (String line; next <= until && (line = acknowledgements.readLine()) != null; ) {
                next = Integer.parseInt(line) + 1;
            }
            TimeUnit.MICROSECONDS.sleep(killAfterMicros);
            // The kill does not go through the process object, which would close its output before the last numbers are
            // read.
            process.toHandle().destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            for (String line : remaining(acknowledgements)) {
                next = Integer.parseInt(line) + 1;
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(next).as("the process has worked").isGreaterThan(until);
        return next;
    }

    private static List<String> remaining(BufferedReader acknowledgements) {
        List<String> lines = new ArrayList<>();
        try {
            for (String line; (line = acknowledgements.readLine()) != null; ) {
                lines.add(line);
            }
        } catch (IOException closed) {
            // The stream ends with the process.
        }
        // The last number may be incomplete, so one more batch than the interrupted one may be repeated.
        return lines.isEmpty() ? lines : lines.subList(0, lines.size() - 1);
    }

    private static List<String> wholeLines(Path file) throws IOException {
        String content = Files.readString(file);
        int end = content.lastIndexOf('\n') + 1;
        return content.substring(0, end).lines().toList();
    }
}
