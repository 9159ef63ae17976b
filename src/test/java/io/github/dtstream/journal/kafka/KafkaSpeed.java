package io.github.dtstream.journal.kafka;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.TestSurroundings;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.kafka.KafkaBroker;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.time.Ticker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the journal in Kafka with one broker: how many events a second become durable, and how many a subscriber gets
 * that commits each batch, while they are appended and afterwards. Also how fast members of a shared subscriber read.
 *
 * <pre>{@code
 * mvn -q -Dquick test-compile exec:java@kafka-speed -Dexec.args="--events 1000000 --batches 500,2000"
 * }</pre>
 */
@Command(name = "kafka-speed", description = "Measures the journal in Kafka.", mixinStandardHelpOptions = true)
public final class KafkaSpeed implements Callable<Integer> {
    private static final int APPENDED_AT_ONCE = 50;
    private static final int SINGLE = 300;
    /** Recent, as brokers delete by age. */
    private static final Instant BEGIN = Instant.now();

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Option(names = "--events", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "500000")
    private int events;

    @Option(
            names = "--batches",
            split = ",",
            description =
                    "The batches of the subscriber; 0 is a batch of 500 that may be repeated with all that follow."
                            + " Default: ${DEFAULT-VALUE}.",
            defaultValue = "0,500,2000")
    private List<Integer> batches = List.of();

    @Option(
            names = "--rate",
            description = "How many events a second come while a subscriber keeps up. Default: ${DEFAULT-VALUE}.",
            defaultValue = "50000")
    private int rate;

    @Option(
            names = "--members",
            split = ",",
            description = "How many members a shared subscriber has that reads. Default: ${DEFAULT-VALUE}.",
            defaultValue = "1,2,1,2")
    private List<Integer> members = List.of();

    private KafkaSpeed() {}

    /** Runs, and ends the JVM. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new KafkaSpeed()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("kafka-speed");
        try (KafkaBroker broker = KafkaBroker.start(folder)) {
            Map<String, String> client = Map.of("bootstrap.servers", broker.address());
            append(client, folder, 0);
            System.out.printf("nobody reads: durable %,d events/s%n", append(client, folder, events));
            System.out.printf("from append to durable, a single event: %,d us%n", single(client, folder));
            for (int batch : batches) {
                read(client, folder, batch);
                keepUp(client, folder, batch);
            }
            for (int count : members) {
                share(client, folder, count, broker.pid());
            }
        }
        return 0;
    }

    private static KafkaJournal open(Map<String, String> client, Path folder, String name) throws Exception {
        return KafkaJournal.open(
                new KafkaSettings(client, name, 6, (short) 1),
                JournalSettings.DEFAULTS,
                new TopicSizes(client, name, Ticker.SYSTEM),
                TestSurroundings.in(folder));
    }

    private long append(Map<String, String> client, Path folder, int count) throws Exception {
        try (Journal journal = open(client, folder, "p." + UUID.randomUUID())) {
            append(journal, 1, 100_000);
            return count == 0 ? 0 : append(journal, 100_001, 100_000 + count);
        }
    }

    /** The median in microseconds, of one event after the other. */
    private static long single(Map<String, String> client, Path folder) throws Exception {
        long[] times = new long[SINGLE];
        try (Journal journal = open(client, folder, "p." + UUID.randomUUID())) {
            for (int number = 1; number <= SINGLE; number++) {
                long begin = System.nanoTime();
                append(journal, number, number);
                times[number - 1] = System.nanoTime() - begin;
            }
        }
        Arrays.sort(times);
        return times[SINGLE / 2] / 1000;
    }

    private static long append(Journal journal, int from, int to) throws Exception {
        long begin = System.nanoTime();
        List<Event> some = new ArrayList<>();
        for (int number = from; number <= to; number++) {
            some.add(Events.ofDevice("event" + number, "d" + number % 50, BEGIN.plusMillis(number)));
            if (some.size() == APPENDED_AT_ONCE || number == to) {
                journal.append(some, Source.LIVE, BEGIN.plusMillis(number));
                some = new ArrayList<>();
            }
        }
        journal.flush();
        return perSecond(to - from + 1, begin);
    }

    private static long perSecond(long count, long begin) {
        return count * 1_000_000_000 / (System.nanoTime() - begin);
    }

    private void read(Map<String, String> client, Path folder, int batch) throws Exception {
        int size = batch == 0 ? 500 : batch;
        int repeated = batch == 0 ? Integer.MAX_VALUE : batch;
        try (Journal journal = open(client, folder, "p." + UUID.randomUUID())) {
            append(journal, 1, 100_000);
            long live;
            long written;
            try (Subscription subscription = journal.subscribe("live", Journal.Start.END, repeated)) {
                FutureTask<Long> reading = new FutureTask<>(() -> read(subscription, events, size));
                Thread reader = new Thread(reading, "reads");
                reader.start();
                written = append(journal, 100_001, 100_000 + events);
                live = reading.get();
            }
            try (Subscription subscription = journal.subscribe("backlog", Journal.Start.BEGINNING, repeated)) {
                System.out.printf(
                        "batch %,d%s: durable %,d events/s, read meanwhile %,d, backlog read %,d%n",
                        size,
                        batch == 0 ? ", more may be repeated" : "",
                        written,
                        live,
                        read(subscription, events, size));
            }
        }
    }

    /**
     * How fast members of a shared subscriber read all events, and what CPU appending and reading take. The members are
     * in this process; on two machines, the CPU of this process is divided among these.
     */
    private void share(Map<String, String> client, Path folder, int count, long broker) throws Exception {
        Journals journals = new KafkaJournals(client, "p" + UUID.randomUUID(), 1);
        Journals.Surroundings surroundings = TestSurroundings.in(folder, new MemoryBudget(128 << 20));
        try (Journal journal = journals.open(Journals.Kind.EVENTS, "p/s", JournalSettings.DEFAULTS, surroundings)
                .journal()) {
            append(journal, 1, 100_000);
            long before = cpuNanos();
            append(journal, 100_001, 100_000 + events);
            long appending = cpuNanos() - before;
            int all = 100_000 + events;
            AtomicLong read = new AtomicLong();
            List<CountingMember> reading = new ArrayList<>();
            try {
                long begin = System.nanoTime();
                for (int i = 0; i < count; i++) {
                    reading.add(new CountingMember(journals, "node" + i, 2000, surroundings, read));
                }
                while (reading.stream().anyMatch(member -> member.partitions() == 0)) {
                    pause(begin);
                }
                long from = read.get();
                begin = System.nanoTime();
                before = cpuNanos();
                long brokers = cpuNanos(broker);
                while (read.get() < all) {
                    pause(begin);
                }
                System.out.printf(
                        "shared by %d: append %.1f us of CPU an event; %,d events read at %,d events/s, %.1f us of CPU an event,"
                                + " broker %.1f%n",
                        count,
                        micros(appending, events),
                        all - from,
                        perSecond(all - from, begin),
                        micros(cpuNanos() - before, all - from),
                        micros(cpuNanos(broker) - brokers, all - from));
            } finally {
                reading.forEach(CountingMember::close);
            }
        }
    }

    private static void pause(long since) throws InterruptedException {
        if (System.nanoTime() - since > PATIENCE.toNanos()) {
            throw new IllegalStateException("the members have not read all events");
        }
        Thread.sleep(1);
    }

    private static double micros(long nanos, long count) {
        return nanos / 1000.0 / count;
    }

    private static long cpuNanos() {
        return cpuNanos(ProcessHandle.current().pid());
    }

    private static long cpuNanos(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO)
                .toNanos();
    }

    /** How late a subscriber gets the events that come at a rate. */
    private void keepUp(Map<String, String> client, Path folder, int batch) throws Exception {
        int size = batch == 0 ? 500 : batch;
        int repeated = batch == 0 ? Integer.MAX_VALUE : batch;
        try (Journal journal = open(client, folder, "p." + UUID.randomUUID())) {
            append(journal, 1, 100_000);
            try (Subscription subscription = journal.subscribe("live", Journal.Start.END, repeated)) {
                FutureTask<Long> reading = new FutureTask<>(() -> read(subscription, events, size));
                Thread reader = new Thread(reading, "reads");
                reader.start();
                long written = appendPaced(journal, 100_001, 100_000 + events);
                long end = System.nanoTime();
                long behind = subscription.lag();
                System.out.printf(
                        "batch %,d%s: %,d events/s come, read %,d; %,d events behind at the end, read %,d ms later%n",
                        size,
                        batch == 0 ? ", more may be repeated" : "",
                        written,
                        reading.get(),
                        behind,
                        (System.nanoTime() - end) / 1_000_000);
            }
        }
    }

    /** Appends what is due each millisecond. */
    private long appendPaced(Journal journal, int from, int to) throws Exception {
        long begin = System.nanoTime();
        int number = from;
        while (number <= to) {
            long due = Math.min(to, from + (System.nanoTime() - begin) * rate / 1_000_000_000);
            List<Event> some = new ArrayList<>();
            while (number <= due) {
                some.add(Events.ofDevice("event" + number, "d" + number % 50, BEGIN.plusMillis(number)));
                number++;
            }
            if (!some.isEmpty()) {
                journal.append(some, Source.LIVE, BEGIN.plusMillis(number));
            }
            Thread.sleep(1);
        }
        journal.flush();
        return perSecond(to - from + 1, begin);
    }

    private static long read(Subscription subscription, long count, int size) throws Exception {
        long begin = System.nanoTime();
        long left = count;
        while (left > 0) {
            Batch batch = subscription.poll(size, 2 << 20, PATIENCE);
            left -= batch.records().size();
            subscription.commit(batch.end());
        }
        return perSecond(count - left, begin);
    }
}
