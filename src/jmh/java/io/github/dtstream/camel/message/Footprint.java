package io.github.dtstream.camel.message;

import io.github.dtstream.benchmark.Batches;
import io.github.dtstream.journal.record.JournalRecord;
import java.util.List;
import java.util.Locale;
import org.apache.camel.component.mock.MockEndpoint;

/**
 * Compares the memory that an event takes, wherever the memory budget counts it, with the counted size. Each is
 * measured as memory in use after a garbage collection, with the events and without them. Needs {@code
 * -XX:+UseSerialGC}.
 */
final class Footprint {
    private static final int EVENTS = 20_000;
    private static final int BATCH = 2_000;

    private List<JournalRecord> records = List.of();
    private long atSink;

    private Footprint() {}

    public static void main(String[] args) throws Exception {
        Footprint footprint = new Footprint();
        footprint.journalRecords();
        footprint.batch("files");
        footprint.batch("mqtt");
        System.exit(0);
    }

    private void journalRecords() {
        Batches.of(EVENTS);
        long before = used();
        records = Batches.of(EVENTS);
        long held = used() - before;
        print(
                "JSON of an event",
                records.stream()
                        .mapToLong(record -> record.event().json().length)
                        .sum(),
                EVENTS);
        print("a record of the journal", held, EVENTS);
        print(
                "counted",
                records.stream().mapToLong(record -> record.event().heapBytes()).sum(),
                EVENTS);
        records = List.of();
    }

    /**
     * Measures a batch at its sink, where most of it is in memory, without its records, which the journal's tail may
     * also hold.
     */
    private void batch(String route) throws Exception {
        RecordBenchmark camel = new RecordBenchmark();
        camel.route = route;
        camel.batchSize = BATCH;
        camel.tuning = "shipped";
        camel.start();
        camel.context
                .getEndpoint("mock:out?retainFirst=0", MockEndpoint.class)
                .whenAnyExchangeReceived(exchange -> atSink = used());
        long before = 0;
        for (int i = 0; i < 3; i++) {
            before = used();
            camel.batch();
        }
        print("beside it, at the sink of the route to " + route, atSink - before, BATCH);
        camel.stop();
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void print(String what, long bytes, int events) {
        System.out.printf(Locale.ROOT, "| %s | %,d |%n", what, bytes / events);
    }
}
