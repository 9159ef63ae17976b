package io.github.dtstream.camel;

import io.github.dtstream.benchmark.Folders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Sends events through {@code to: dt-stream}, each in a message whose sender waits until the event is on a real disk.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class PushBenchmark {
    private static final String PAYLOAD =
            "{\"event\":{\"eventId\":\"push%d\",\"targetName\":\"projects/p1/devices/d1\",\"eventType\":\"temperature\",\"data\":"
                    + "{\"temperature\":{\"value\":21.5,\"updateTime\":\"2026-05-29T10:00:00.000000Z\"}},\"timestamp\":"
                    + "\"2026-05-29T10:00:00.000000Z\"},\"labels\":{\"name\":\"Fridge\"},\"metadata\":{\"deviceId\":\"d1\","
                    + "\"projectId\":\"p1\",\"deviceType\":\"temperature\",\"productNumber\":\"102058\"}}";

    private final AtomicLong number = new AtomicLong();
    private Path folder;
    private CamelContext context;
    private ProducerTemplate sender;
    private FileChannel plain;

    @Setup
    public void start() throws Exception {
        folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "push-benchmark");
        context = new DefaultCamelContext();
        DtStreamComponent component = new DtStreamComponent();
        component.setDataDirectory(folder.toString());
        component.getConfiguration().setStreaming(false);
        context.addComponent("dt-stream", component);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in").to("dt-stream:p1");
            }
        });
        context.start();
        sender = context.createProducerTemplate();
        plain = FileChannel.open(
                folder.resolve("plain"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
    }

    @TearDown
    public void stop() throws IOException {
        context.stop();
        plain.close();
        Folders.delete(folder);
    }

    private Exchange push() {
        Exchange exchange = sender.send(
                "direct:in", each -> each.getMessage().setBody(String.format(PAYLOAD, number.incrementAndGet())));
        if (exchange.isFailed()) {
            throw new IllegalStateException(exchange.getException());
        }
        return exchange;
    }

    /** Measures the disk alone: writes a line and syncs it. */
    @Benchmark
    @Threads(1)
    public int bareSync() throws IOException {
        int written = plain.write(
                ByteBuffer.wrap(String.format(PAYLOAD, number.incrementAndGet()).getBytes(StandardCharsets.UTF_8)));
        plain.force(false);
        return written;
    }

    @Benchmark
    @Threads(1)
    public Exchange oneSender() {
        return push();
    }

    @Benchmark
    @Threads(16)
    public Exchange sixteenSenders() {
        return push();
    }
}
