package io.github.dtstream.benchmark;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.github.dtstream.event.Event;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.FrameReader;
import io.github.dtstream.wire.InvalidRecordException;
import io.github.dtstream.wire.NdjsonReader;
import io.github.dtstream.wire.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Decodes bytes to events; each invocation decodes {@link #LINES} lines. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class DecoderBenchmark {
    /** Few, so that most invocations end before a busy machine interrupts them: read p0.50. */
    static final int LINES = 100;

    private final byte[] body;
    private final int[] starts = new int[LINES + 1];
    private final List<byte[]> events = new ArrayList<>();
    private final EnvelopeDecoder decoder = new EnvelopeDecoder();
    private final FrameReader frames = new NdjsonReader(1 << 20);
    private final JsonFactory json = new JsonFactory();

    public DecoderBenchmark() {
        StringBuilder text = new StringBuilder();
        int i = 0;
        for (byte[] line : EventLines.block(LINES).toLines()) {
            text.append(new String(line, StandardCharsets.US_ASCII));
            starts[++i] = text.length();
            Signal signal = decoder.decodeRecord(line, 0, line.length);
            events.add(((Signal.Received) signal).event().json());
        }
        body = text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Measures the parser alone. */
    @Benchmark
    public void jacksonTokens(Blackhole hole) throws IOException {
        for (int i = 0; i < LINES; i++) {
            try (JsonParser parser = json.createParser(body, starts[i], starts[i + 1] - starts[i])) {
                while (parser.nextToken() != null) {
                    hole.consume(parser.currentTokenId());
                }
            }
        }
    }

    @Benchmark
    public void envelope(Blackhole hole) {
        for (int i = 0; i < LINES; i++) {
            hole.consume(decoder.decodeRecord(body, starts[i], starts[i + 1] - starts[i] - 1));
        }
    }

    @Benchmark
    public void bareEvent(Blackhole hole) throws InvalidRecordException {
        for (byte[] event : events) {
            Event decoded = decoder.decodeEvent(event, 0, event.length);
            hole.consume(decoded);
        }
    }

    @Benchmark
    public void framesAndEnvelopes(Blackhole hole) throws InterruptedException {
        frames.feed(body, 0, body.length, new FrameReader.FrameSink() {
            @Override
            public void frame(byte[] buffer, int offset, int length) {
                hole.consume(decoder.decodeRecord(buffer, offset, length));
            }

            @Override
            public void oversize(byte[] head, long length) {
                throw new IllegalStateException();
            }
        });
    }
}
