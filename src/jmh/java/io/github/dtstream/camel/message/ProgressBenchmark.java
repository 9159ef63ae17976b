package io.github.dtstream.camel.message;

import io.github.dtstream.benchmark.Batches;
import io.github.dtstream.delivery.batch.NotedEnds;
import io.github.dtstream.journal.record.JournalRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultMessage;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures what it costs to know of each event in a successful batch that it is done; each invocation handles one
 * batch.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ProgressBenchmark {
    private static final int BATCH = 500;

    /** Nothing is known; it is read from the parts' exchanges if needed; each part reports it. */
    @Param({"nothing", "read", "told"})
    public String ends;

    private List<JournalRecord> records;
    private DefaultCamelContext context;
    private ProducerTemplate template;

    @Setup
    public void start() throws Exception {
        records = Batches.of(BATCH);
        context = new DefaultCamelContext();
        context.disableJMX();
        context.setMessageHistory(false);
        context.setStreamCaching(false);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .split()
                        .simple("${body}")
                        .filter()
                        .simple("${header.DtEventType} != 'ping'")
                        .process(part -> {});
            }
        });
        context.start();
        template = context.createProducerTemplate();
    }

    @Benchmark
    public NotedEnds batch() {
        NotedEnds acknowledgement = new NotedEnds(records);
        List<Message> parts = new ArrayList<>(records.size());
        for (int i = 0; i < records.size(); i++) {
            DefaultMessage part =
                    switch (ends) {
                        case "read" -> new PartMessage(context);
                        case "told" -> new TellingPart(context, acknowledgement, i);
                        default -> new DefaultMessage(context);
                    };
            parts.add(EventMessages.fill(part, records.get(i), "2026-01-01", event -> null));
        }
        Exchange exchange = template.send("direct:in", sent -> sent.getIn().setBody(parts));
        boolean isThrough = !ends.equals("read") || new PartsInSequence(parts).areAllSent();
        if (exchange.getException() != null || !isThrough) {
            throw new IllegalStateException(exchange.getException());
        }
        return acknowledgement;
    }

    @TearDown
    public void stop() throws IOException {
        context.close();
    }
}
