package io.github.dtstream.benchmark;

import io.github.dtstream.alarm.engine.AlarmEngine;
import io.github.dtstream.alarm.file.AlarmRules;
import io.github.dtstream.alarm.file.Placeholders;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.alarm.trial.AlarmTrial;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.local.JournalFiles;
import io.github.dtstream.journal.local.LocalJournal;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.thread.Supervisor;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Measures how fast alarm rules are tried on a journal, how fast they judge new events, and how much heap they use:
 * {@code mvn -Pjmh test-compile exec:exec -Djmh.main=io.github.dtstream.benchmark.AlarmBenchmark -Djmh.args="1000000"}.
 * The argument is the number of events.
 */
public final class AlarmBenchmark {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration HEARTBEAT = Duration.ofMinutes(15);

    private static final String RULES = """
            alarms:
              - {alarm: warm, value: temperature, raise: {above: 28.9, for: 30m}, clear: {below: 28, for: 15m}, no-data: 50m}
              - {alarm: cold, value: temperature, raise: {below: 1.01}, acknowledge: {lasts: 4h}, remind: 4h}
              - {alarm: excursion, value: temperature, excursion: {above: 28.5, total: 6h, within: 24h}}
              - {alarm: battery, value: battery, raise: {below: 10}}
              - {alarm: band, value: temperature, raise: {above: 28.99, below: 1.01, for: 1h}, group: {by: site, wait: 30s}}
            """;

    private AlarmBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int count = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
        List<AlarmRule> rules = rules();
        System.out.printf(Locale.ROOT, "%d rules, %,d events%n", rules.size(), count);
        for (int devices : new int[] {500, 10_000}) {
            for (int turn = 0; turn < 3; turn++) {
                judge(rules, devices, count);
            }
        }
        tryFiles(rules, 500, count);
    }

    private static List<AlarmRule> rules() {
        AlarmRules read = AlarmRules.read(List.of(RouteFile.of(Path.of("alarms.yaml"), RULES)), Placeholders.NONE);
        if (!read.isGood()) {
            throw new IllegalStateException(read.findings().toString());
        }
        return read.rules();
    }

    /** Makes one event of a sequence. One device in ten exceeds the limits. */
    private static JournalRecord record(int number, int devices) {
        int device = number % devices;
        Instant time = START.plus(HEARTBEAT.multipliedBy(number / devices)).plusMillis(900_000L * device / devices);
        double swing = device % 10 == 0 ? 14 : 9;
        double value = 15 + swing * Math.sin(number / (devices * 9.0) + device);
        String id = "e" + number;
        String head = "{\"eventId\":\"" + id + "\",\"targetName\":\"projects/p1/devices/d" + device
                + "\",\"eventType\":\"temperature\",\"data\":{\"temperature\":";
        String data = "{\"value\":" + Math.round(value * 20) / 20.0 + ",\"updateTime\":\"" + time + "\"}";
        byte[] json = (head + data + "},\"timestamp\":\"" + time + "\"}").getBytes(StandardCharsets.US_ASCII);
        Event event =
                new Event(id, "temperature", "p1", "d" + device, time.toString(), json, head.length(), data.length());
        return new JournalRecord(number + 1L, time, Source.LIVE, event);
    }

    private static void judge(List<AlarmRule> rules, int devices, int count) {
        AlarmEngine engine = new AlarmEngine(rules, id -> Optional.empty());
        long before = heap();
        long nanos = 0;
        long[] changes = new long[1];
        List<JournalRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(record(i, devices));
            if (records.size() == 10_000) {
                long begin = cpuNanos();
                for (JournalRecord record : records) {
                    engine.on(record, change -> changes[0]++);
                }
                nanos += cpuNanos() - begin;
                records.clear();
            }
        }
        long bytes = heap() - before;
        System.out.printf(
                Locale.ROOT,
                "%,d devices: %,d events/s of CPU, %,d changes, %d bytes of heap a rule and device%n",
                devices,
                Math.round(count / (nanos / 1e9)),
                changes[0],
                bytes / devices / rules.size());
        if (engine.sequence() == 0) {
            throw new IllegalStateException("nothing was judged");
        }
    }

    /** CPU time of this thread, so that other load of the machine does not count. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void tryFiles(List<AlarmRule> rules, int devices, int count) throws Exception {
        Path folder = Files.createTempDirectory("alarm-benchmark");
        try {
            try (RejectFile rejects = new RejectFile(folder.resolve("rejected"), 1 << 20, Clock.systemUTC());
                    Journal journal = LocalJournal.open(
                            folder.resolve("journal"),
                            JournalSettings.DEFAULTS,
                            rejects,
                            Clock.systemUTC(),
                            Supervisor.system(),
                            new MemoryBudget(64 << 20))) {
                for (int i = 0; i < count; i++) {
                    JournalRecord record = record(i, devices);
                    journal.append(record.event(), Source.LIVE, record.received());
                }
                journal.flush();
            }
            for (int turn = 0; turn < 3; turn++) {
                AlarmTrial trial = new AlarmTrial(rules, id -> Optional.empty());
                long begin = cpuNanos();
                JournalFiles.scan(folder.resolve("journal"), Instant.EPOCH, record -> {
                    trial.on(record);
                    return true;
                });
                double seconds = (cpuNanos() - begin) / 1e9;
                System.out.printf(
                        Locale.ROOT,
                        "%,d devices from the journal's files: %,d events/s of CPU; a year of them in %.0f s%n",
                        devices,
                        Math.round(trial.report().records() / seconds),
                        365.0 * 96 * devices / (trial.report().records() / seconds));
            }
        } finally {
            Folders.delete(folder);
        }
    }
}
