package io.github.dtstream.delivery.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.camel.CamelSinkFailures;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.local.LocalJournal;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams with simultaneous bursts in a separate JVM, whose heap they would fill many times over. */
class BurstInASmallHeapTest {
    private static final int STREAMS = 12;
    private static final int EVENTS_EACH = 20_000;
    private static final int EVENTS_AT_ONCE = 180;

    @TempDir
    private Path folder;

    @Test
    @Timeout(value = 280, unit = TimeUnit.SECONDS)
    void isDeliveredWhole() throws Exception {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Burst.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            process.waitFor();
        } finally {
            process.destroyForcibly();
        }

        assertThat(Files.readString(output))
                .contains("delivered " + STREAMS * EVENTS_EACH)
                .doesNotContain("OutOfMemoryError");
        assertThat(process.exitValue()).isZero();
    }

    /** The process: each stream appends as fast as it can, and delivers into a slow sink. */
    static final class Burst {
        private static final MemoryBudget MEMORY =
                MemoryBudget.ofHeap(Runtime.getRuntime().maxMemory());
        private static final AtomicInteger DELIVERED = new AtomicInteger();

        private Burst() {}

        public static void main(String[] args) throws Exception {
            Path folder = Path.of(args[0]);
            RejectFile rejects = new RejectFile(folder.resolve("rejected"), 1 << 20, Clock.systemUTC());
            List<Thread> appending = new ArrayList<>();
            List<BatchDelivery> deliveries = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                Journal journal = LocalJournal.open(
                        folder.resolve("journal" + i),
                        JournalSettings.DEFAULTS,
                        rejects,
                        Clock.systemUTC(),
                        Supervisor.system(),
                        MEMORY);
                BatchDelivery delivery = delivery(journal);
                deliveries.add(delivery);
                start(delivery);
                appending.add(start(() -> append(journal)));
            }
            for (Thread thread : appending) {
                thread.join();
            }
            while (DELIVERED.get() < STREAMS * EVENTS_EACH) {
                Thread.sleep(10);
            }
            System.out.println("delivered " + DELIVERED);
            System.exit(0);
        }

        private static Thread start(Runnable task) {
            Thread thread = new Thread(task);
            thread.start();
            return thread;
        }

        private static BatchDelivery delivery(Journal journal) throws IOException {
            return new BatchDelivery(
                    journal.subscribe("burst", Journal.Start.BEGINNING),
                    Burst::deliver,
                    reasons -> {},
                    new CamelSinkFailures(),
                    new DeliverySettings(2000, 1, Duration.ofMillis(10), Duration.ofMillis(10), 3),
                    Clock.systemUTC(),
                    Ticker.SYSTEM,
                    MEMORY);
        }

        /** Holds for each event what a route holds: its text, a record, and a list of records. */
        private static void deliver(List<JournalRecord> records, BatchDelivery.Acknowledgement acknowledgement) {
            List<Object> held = new ArrayList<>();
            for (JournalRecord record : records) {
                held.add(record.event().toString());
                held.add(record.event().data());
            }
            DELIVERED.addAndGet(held.size() / 2);
            acknowledgement.done(null);
        }

        private static void append(Journal journal) {
            try {
                for (int from = 0; from < EVENTS_EACH; from += EVENTS_AT_ONCE) {
                    List<Event> events = new ArrayList<>();
                    for (int i = from; i < Math.min(from + EVENTS_AT_ONCE, EVENTS_EACH); i++) {
                        events.add(event("event" + i));
                    }
                    journal.append(events, Source.LIVE, Instant.now());
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private static Event event(String eventId) {
            byte[] json = String.format(
                            "{\"eventId\":\"%s\",\"targetName\":\"projects/p/devices/d\",\"eventType\":\"temperature\","
                                    + "\"data\":{\"temperature\":{\"value\":21.5,\"padding\":\"%s\"}},"
                                    + "\"timestamp\":\"2026-11-22T12:00:00Z\"}",
                            eventId, "x".repeat(250))
                    .getBytes(StandardCharsets.UTF_8);
            return new Event(eventId, "temperature", "p", "d", "2026-11-22T12:00:00Z", json, 0, json.length);
        }
    }
}
