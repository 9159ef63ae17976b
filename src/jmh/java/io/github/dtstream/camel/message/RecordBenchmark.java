package io.github.dtstream.camel.message;

import io.github.dtstream.benchmark.Batches;
import io.github.dtstream.camel.StreamBeans;
import io.github.dtstream.journal.record.JournalRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
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

/** Turns a batch of events into the records of a shipped route, without its sink; each invocation handles one batch. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class RecordBenchmark {
    @Param({"files", "mqtt"})
    public String route;

    @Param({"100", "500"})
    public int batchSize;

    /**
     * How Camel is set up; {@code CamelTuning} describes the shipped setup. With {@code camelsSplit}, Camel splits the
     * batch.
     */
    @Param({"shipped", "messageHistory", "streamCaching", "camelsSplit"})
    public String tuning;

    private List<JournalRecord> records;
    DefaultCamelContext context;
    private ProducerTemplate template;

    @Setup
    public void start() throws Exception {
        records = Batches.of(batchSize);
        context = new DefaultCamelContext();
        context.disableJMX();
        context.setMessageHistory(tuning.equals("messageHistory"));
        context.setStreamCaching(tuning.equals("streamCaching"));
        StreamBeans.bind(context);
        String yaml = withoutEnds(Files.readString(Path.of("routes/events-to-" + route + ".camel.yaml")));
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("route.camel.yaml", yaml));
        context.start();
        template = context.createProducerTemplate();
    }

    private static String withoutEnds(String yaml) {
        String from = yaml.replaceAll("uri: dt-stream:[^\\n]*\\n(\\s+)parameters:(\\n\\1  [^\\n]*)+", "uri: direct:in");
        return from.replaceAll("precondition: [^\\n]*", "autoStartup: true")
                .replaceAll("\\n +- to:\\n[\\s\\S]*$", "\n        - to: {uri: 'mock:out?retainFirst=0'}\n");
    }

    @Benchmark
    public Exchange batch() {
        List<Message> parts = new ArrayList<>(records.size());
        Message whole = tuning.equals("camelsSplit")
                ? new DefaultMessage(context)
                : new BatchMessage(context, "p", "2026-01-01");
        whole.setBody(parts);
        for (JournalRecord record : records) {
            DefaultMessage part = new DefaultMessage(context);
            part.setBody(new EventBody(record.event()));
            part.setHeaders(new EventHeaders(record, "2026-01-01", event -> null));
            parts.add(part);
        }
        Exchange exchange = template.send("direct:in", sent -> sent.setIn(whole));
        if (exchange.getException() != null) {
            throw new IllegalStateException(exchange.getException());
        }
        return exchange;
    }

    @TearDown
    public void stop() throws IOException {
        context.close();
    }
}
