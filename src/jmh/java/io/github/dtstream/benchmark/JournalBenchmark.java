package io.github.dtstream.benchmark;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.local.LocalJournal;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The journal on a real disk; each invocation handles {@link #EVENTS} events. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class JournalBenchmark {
    static final int EVENTS = 100;
    private static final int READABLE = 200_000;

    /** A journal in a separate folder under {@code target}. */
    @State(Scope.Benchmark)
    public static class Disk {
        private final EnvelopeDecoder decoder = new EnvelopeDecoder();
        private final List<byte[]> lines = EventLines.block(EVENTS).toLines();
        private Path folder;
        private RejectFile rejects;
        private Journal journal;
        private Subscription subscription;
        private long number;

        @Setup
        public void open() throws IOException, InterruptedException {
            folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "journal-benchmark");
            rejects = new RejectFile(folder.resolve("rejected"), 1 << 20, Clock.systemUTC());
            JournalSettings defaults = JournalSettings.DEFAULTS;
            JournalSettings settings = new JournalSettings(
                    defaults.segmentBytes(),
                    defaults.retentionAge(),
                    1L << 30,
                    defaults.deduplicationWindow(),
                    defaults.maxPendingBytes(),
                    defaults.tailBytes());
            journal = LocalJournal.open(
                    folder.resolve("journal"),
                    settings,
                    rejects,
                    Clock.systemUTC(),
                    Supervisor.system(),
                    new MemoryBudget(64 << 20));
            for (int i = 0; i < READABLE; i += EVENTS) {
                append();
            }
            subscription = journal.subscribe("benchmark", Journal.Start.BEGINNING);
        }

        void append() throws InterruptedException {
            Instant now = Instant.now();
            for (byte[] line : lines) {
                journal.append(event(line), Source.LIVE, now);
            }
        }

        /** Makes an event as the decoder does, with a unique identifier. */
        private Event event(byte[] line) {
            Event like = ((Signal.Received) decoder.decodeRecord(line, 0, line.length)).event();
            return new Event(
                    "bench" + ++number,
                    like.eventType(),
                    like.projectId(),
                    like.deviceId(),
                    like.timestamp(),
                    like.json(),
                    like.dataOffset(),
                    like.dataLength());
        }

        /** Reads from the segment files: memory no longer has what is read here. */
        Batch read() throws IOException, InterruptedException {
            Batch batch = subscription.poll(EVENTS, Duration.ofSeconds(1));
            if (batch.records().get(0).sequence() > READABLE - 20_000) {
                subscription.close();
                subscription = journal.subscribe("benchmark", Journal.Start.BEGINNING);
            }
            return batch;
        }

        @TearDown
        public void close() throws IOException {
            journal.close();
            rejects.close();
            Folders.delete(folder);
        }
    }

    /** Decodes and appends, while the journal's thread makes the events durable. */
    @Benchmark
    public void decodeAndAppend(Disk disk) throws InterruptedException {
        disk.append();
    }

    @Benchmark
    public Batch readFromFiles(Disk disk) throws IOException, InterruptedException {
        return disk.read();
    }
}
