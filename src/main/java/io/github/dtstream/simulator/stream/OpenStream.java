package io.github.dtstream.simulator.stream;

import io.github.dtstream.simulator.http.Request;
import io.github.dtstream.simulator.weather.Fading;
import io.github.dtstream.time.Sleeper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An open stream of a client. Any thread may call {@link #offer}, {@link #waiting}, {@link #written} and {@link
 * #close}; the rest belongs to the thread of the exchange, which runs {@link #run}.
 */
public final class OpenStream {
    /** The longest wait of a thread before it reads the clock again, as a test may move the clock. */
    private static final long LONGEST_WAIT_MILLIS = 50;

    /**
     * The terms of a stream.
     *
     * @param pingInterval the interval of pings; empty for none
     * @param lifetimeEnd the last item at the end of its life
     * @param fading how it stops carrying events before that; empty if it does not
     */
    public record Terms(
            StreamFilter filter,
            StreamFraming framing,
            Optional<Duration> pingInterval,
            Duration life,
            Supplier<StreamItem.End> lifetimeEnd,
            int buffer,
            int linesPerWrite,
            Optional<Fading> fading) {}

    private final Request request;
    private final Terms terms;
    private final StreamHub hub;
    private final Supplier<String> pings;
    private final Clock clock;
    private final BlockingQueue<StreamItem> queue;
    private final AtomicLong written = new AtomicLong();
    private volatile boolean overflowed;
    private volatile boolean closed;

    // Owned by the thread of the exchange.
    private final List<StreamItem> batch = new ArrayList<>();
    private @Nullable OutputStream body;
    private int pinged;

    public OpenStream(Request request, Terms terms, StreamHub hub, Supplier<String> pings, Clock clock) {
        this.request = request;
        this.terms = terms;
        this.hub = hub;
        this.pings = pings;
        this.clock = clock;
        this.queue = new LinkedBlockingQueue<>(terms.buffer());
    }

    StreamFilter filter() {
        return terms.filter();
    }

    void offer(StreamItem item) {
        if (!queue.offer(item)) {
            overflowed = true;
        }
    }

    public int waiting() {
        return queue.size();
    }

    /** How many records were written, pings included. */
    public long written() {
        return written.get();
    }

    void close() {
        closed = true;
    }

    /**
     * Writes until the stream ends or its reader has gone.
     *
     * @throws StreamCutException if the connection must be closed without the end of its body
     */
    public void run() throws IOException, InterruptedException {
        Instant end = clock.instant().plus(terms.life());
        Instant nextPing = nextPing(clock.instant());
        while (true) {
            Instant now = clock.instant();
            if (closed || overflowed) {
                throw new StreamCutException();
            }
            if (hasFaded()) {
                fade(end);
                return;
            }
            if (hub.isSilent(now)) {
                Sleeper.SYSTEM.sleep(Duration.ofMillis(LONGEST_WAIT_MILLIS / 5));
                continue;
            }
            if (!now.isBefore(end)) {
                finish(terms.lifetimeEnd().get());
                return;
            }
            if (!now.isBefore(nextPing)) {
                write(pings.get().getBytes(StandardCharsets.UTF_8));
                flush();
                pinged++;
                nextPing = nextPing(now);
                if (hasFaded()) {
                    continue;
                }
            }
            Instant due = nextPing.isBefore(end) ? nextPing : end;
            if (writeWaiting(Duration.between(now, due))) {
                return;
            }
        }
    }

    private Instant nextPing(Instant now) {
        return terms.pingInterval().map(now::plus).orElse(Instant.MAX);
    }

    private boolean hasFaded() {
        return terms.fading().isPresent() && pinged >= terms.fading().get().pings();
    }

    /** Stays open without events until the end; they are not sent later. */
    private void fade(Instant end) throws IOException, InterruptedException {
        Fading fading = terms.fading().orElseThrow();
        Duration between = terms.pingInterval().orElse(Duration.ofSeconds(1)).dividedBy(2);
        Instant nextNoise = clock.instant().plus(between);
        while (!fading.ends() && clock.instant().isBefore(end)) {
            if (closed) {
                throw new StreamCutException();
            }
            if (fading.noise().length > 0 && !clock.instant().isBefore(nextNoise)) {
                writeNoise(fading);
                nextNoise = clock.instant().plus(between);
            }
            if (queue.poll(LONGEST_WAIT_MILLIS / 5, TimeUnit.MILLISECONDS) instanceof StreamItem.End ending) {
                finish(ending);
                return;
            }
        }
        if (!fading.ends()) {
            finish(terms.lifetimeEnd().get());
        }
    }

    private void writeNoise(Fading fading) throws IOException {
        if (fading.isRecord()) {
            terms.framing().write(openBody(), fading.noise(), true);
        } else {
            openBody().write(fading.noise());
        }
        flush();
    }

    /** Writes waiting items, or waits for some; returns true if the stream has ended. */
    private boolean writeWaiting(Duration patience) throws IOException, InterruptedException {
        StreamItem first = queue.poll(Math.min(millis(patience), LONGEST_WAIT_MILLIS), TimeUnit.MILLISECONDS);
        if (first == null) {
            return false;
        }
        awaitVoice();
        batch.clear();
        batch.add(first);
        queue.drainTo(batch, terms.linesPerWrite() - 1);
        for (StreamItem item : batch) {
            if (item instanceof StreamItem.End end) {
                finish(end);
                return true;
            }
            write(item.record());
        }
        flush();
        return false;
    }

    private static long millis(Duration duration) {
        return duration.compareTo(Duration.ofDays(1)) > 0 ? Long.MAX_VALUE : Math.max(1, duration.toMillis());
    }

    private void awaitVoice() throws InterruptedException, StreamCutException {
        while (hub.isSilent(clock.instant())) {
            if (closed || overflowed) {
                throw new StreamCutException();
            }
            Sleeper.SYSTEM.sleep(Duration.ofMillis(LONGEST_WAIT_MILLIS / 5));
        }
    }

    private void write(byte[] record) throws IOException {
        terms.framing().write(openBody(), record, true);
        written.incrementAndGet();
    }

    /** Opens the body with the first message, as the gateway in front of the real API sends no header before it. */
    private OutputStream openBody() throws IOException {
        if (body == null) {
            body = request.begin(terms.framing().contentType());
        }
        return body;
    }

    private void flush() throws IOException {
        if (body != null) {
            body.flush();
        }
    }

    private void finish(StreamItem.End end) throws IOException {
        if (body == null && !end.cut()) {
            answerWithoutBody(end);
            return;
        }
        if (end.record().length > 0) {
            terms.framing().write(openBody(), end.record(), end.terminated());
            flush();
        }
        if (end.cut()) {
            throw new StreamCutException();
        }
    }

    /** Answers a stream that has sent nothing: an error becomes the status, and the end of its life becomes 408. */
    private void answerWithoutBody(StreamItem.End end) throws IOException {
        if (end.record().length == 0 || (!end.terminated() && !StreamErrors.isError(end.record()))) {
            request.answer(408, StreamErrors.of(ErrorShape.A, 408, "closing stream"));
        } else {
            request.answer(StreamErrors.statusOf(end.record()), end.record());
        }
    }
}
