package io.github.dtstream.session.connection;

import io.github.dtstream.cloud.StreamCall;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.ConnectionLife;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultClassifier;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.EventTime;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.Timers;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.FrameReader;
import io.github.dtstream.wire.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP stream from its request to its end, with a thread that reads it. The thread calls the sink, so a slow sink
 * delays only the reading. Only events and pings prove that the connection works; other bytes prove nothing. If the
 * reader was held up for longer than the limit of silence, what it reads after that may be incomplete: the connection
 * then ends, and the missing span is a gap.
 */
final class Connection implements StreamConnection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final int READ_BYTES = 64 * 1024;
    /** The memory of a connection: its buffer, the buffers of HTTP, and the events of one read. */
    private static final long MEMORY_BYTES = 3 * READ_BYTES;

    /**
     * If an event's timestamp is this close to the answer's date, the event was not late. A gap's window overlaps by
     * more than this.
     */
    private static final Duration AGREEMENT = Duration.ofSeconds(10);

    private static final Fault FAILED =
            Fault.of(FaultKind.TRANSIENT, "reading the stream failed unexpectedly; see the log");

    private final String projectId;
    private final StreamCall call;
    private final FrameReader frames;
    private final RecordSink sink;
    private final FaultClassifier faults;
    private final CloudClock clock;
    private final ConnectionListener listener;
    private final Duration silenceLimit;
    private final long openedNanos;
    private final Thread reader;
    private final Liveness liveness;
    private final ReaderStall stall;
    private final MemoryBudget memory;
    private final EnvelopeDecoder decoder = new EnvelopeDecoder();

    /** Written by the reader thread, read by the session's. */
    private volatile @Nullable Instant completeFrom;
    /** Written by the reader thread, read by the session's. */
    private volatile boolean live;
    /** Set by the session's thread while a successor is ready. */
    private volatile @Nullable Consumer<List<Event>> watcher;

    /** Owned by the reader thread. */
    private final RecordsInDoubt doubtful = new RecordsInDoubt();
    /** Owned by the reader thread. */
    private boolean begun;
    /** Owned by the reader thread. */
    private boolean endTold;
    /** Owned by the reader thread. */
    private long liveNanos;
    /** Owned by the reader thread. */
    private Instant newestStamp = Instant.MIN;
    /** Owned by the reader thread. */
    private Signal.@Nullable StreamError error;

    /** @param threads makes the reader's thread, and reports its failures */
    Connection(
            ConnectionSettings settings,
            StreamCall call,
            FrameReader frames,
            RecordSink sink,
            FaultClassifier faults,
            CloudClock clock,
            Timers timers,
            ThreadFactory threads,
            MemoryBudget memory,
            ConnectionListener listener) {
        this.projectId = settings.projectId();
        this.call = call;
        this.frames = frames;
        this.sink = sink;
        this.faults = faults;
        this.clock = clock;
        this.listener = listener;
        this.silenceLimit = settings.silenceLimit();
        this.openedNanos = clock.nanos();
        this.liveness = new Liveness(timers, clock, settings.silenceLimit(), call::abort);
        this.stall = new ReaderStall(clock, settings.silenceLimit());
        this.memory = memory;
        this.reader = threads.newThread(this::run);
    }

    @Override
    public void start() {
        reader.start();
    }

    @Override
    public void abort() {
        call.abort();
    }

    @Override
    public void join(Duration gently, Duration afterInterrupt) throws InterruptedException {
        reader.join(gently.toMillis());
        if (reader.isAlive()) {
            reader.interrupt();
            reader.join(afterInterrupt.toMillis());
        }
    }

    @Override
    public void showTo(@Nullable Consumer<List<Event>> other) {
        watcher = other;
    }

    @Override
    public @Nullable Instant completeFrom() {
        return completeFrom;
    }

    @Override
    public boolean isLive() {
        return live;
    }

    @Override
    public ConnectionLife life() {
        return new ConnectionLife(Duration.ofNanos(clock.nanos() - openedNanos), isLive());
    }

    @Override
    public boolean invalidateCredentials() {
        return call.invalidateCredentials();
    }

    /**
     * The reader's work. The supervisor runs it again after any exception or error, even for lack of memory, so that
     * the session always gets the connection's end; otherwise it would wait for events for ever.
     */
    private void run() {
        if (begun) {
            tellEnd(FAILED);
            return;
        }
        begun = true;
        try {
            tellEnd(read());
        } catch (RuntimeException | Error e) {
            tellEnd(FAILED);
            throw e;
        }
    }

    private Fault read() {
        // This share is reserved, as the cloud drops a connection that is not read.
        try (MemoryShare buffers = memory.share(Holder.READING, MEMORY_BYTES)) {
            buffers.set(MEMORY_BYTES);
            return receive();
        } catch (CloudException e) {
            return e.fault();
        } catch (IOException e) {
            return endOfReading(e);
        } catch (InterruptedException e) {
            return Fault.of(FaultKind.TRANSIENT, "the connection was closed");
        } finally {
            liveness.end();
            call.abort();
        }
    }

    private void tellEnd(Fault fault) {
        if (!endTold) {
            listener.ended(this, fault);
            endTold = true;
        }
    }

    private Fault receive() throws CloudException, IOException, InterruptedException {
        InputStream body = call.open();
        byte[] buffer = new byte[READ_BYTES];
        liveness.begin();
        stall.begin();
        int length;
        while (error == null && (length = body.read(buffer)) >= 0) {
            ReaderStall.Stall stopped = stall.read();
            if (stopped != null) {
                return held(stopped);
            }
            Records records = new Records(clock.instant());
            liveness.enterSink();
            try {
                frames.feed(buffer, 0, length, records);
                records.pass();
            } finally {
                liveness.leaveSink();
            }
            if (doubtful.isTooMuch()) {
                return call.noStream(doubtful.sample());
            }
            ReaderStall.Stall blocked = stall.passedOn();
            if (blocked != null) {
                return held(blocked);
            }
        }
        if (error == null) {
            Records records = new Remainder(clock.instant());
            frames.end(records);
            records.pass();
            if (frames.truncated() > 0) {
                sink.truncated();
            }
        }
        return endOfStream();
    }

    /** The cloud may drop events while nobody reads. */
    private static Fault held(ReaderStall.Stall stall) {
        return Fault.of(
                FaultKind.TRANSIENT,
                stall.why() + " for " + ReadableDuration.of(stall.time())
                        + ", and what the cloud sent meanwhile may be missing from the stream");
    }

    private Fault endOfReading(IOException failure) {
        if (liveness.isSilent()) {
            return Fault.of(
                    FaultKind.TRANSIENT,
                    "no event and no ping was received from " + streamName() + " for longer than is allowed, only "
                            + (doubtful.isEmpty()
                                    ? "blank lines, comments or half records"
                                    : call.withoutToken(doubtful.sample())));
        }
        return faults.ofThrowable(failure, streamName());
    }

    private Fault endOfStream() {
        if (error != null) {
            return faults.ofStreamError(error, life(), projectId);
        }
        return doubtful.isEmpty() ? faults.ofEndOfBody(life()) : call.noStream(doubtful.sample());
    }

    private void pass(RecordSink.Received records) throws InterruptedException {
        boolean first = !live;
        if (first) {
            live = true;
            liveNanos = clock.nanos();
            call.answered().ifPresent(date -> clock.answered(date, life().lived()));
        }
        if (records.pinged() != null) {
            clock.pinged(records.pinged());
        }
        boolean complete = completeFrom == null && findBeginning(records.events());
        // The time of receipt of the first records was taken before the clock had the cloud's time.
        sink.received(first ? records.at(clock.instant()) : records);
        liveness.proven();
        Consumer<List<Event>> shown = watcher;
        if (shown != null) {
            shown.accept(records.events());
        }
        if (first) {
            listener.live(this);
        }
        if (complete) {
            listener.complete(this);
        }
    }

    /**
     * Finds the beginning of the stream, which is when the cloud answers, with the first record. A ping has that time.
     * An event alone does not prove it, as it may be older, for a sensor that was offline by days. The answer's date
     * alone does not, as a gateway with a wrong clock may have set it. An event and the date that agree prove it. If no
     * ping comes in time, or the answer has no date, the local clock is used, or the newest event's time if the clock
     * is behind.
     *
     * @return whether the beginning was found
     */
    private boolean findBeginning(List<Event> events) {
        Instant answered = call.answered().orElse(null);
        for (Event event : events) {
            Instant stamped = EventTime.of(event);
            if (stamped == null) {
                continue;
            }
            newestStamp = later(newestStamp, stamped);
            if (event.isPing()) {
                completeFrom = stamped;
            } else if (answered == null || clock.nanos() - liveNanos > silenceLimit.toNanos()) {
                completeFrom = later(newestStamp, clock.instant());
            } else if (Duration.between(stamped, answered).abs().compareTo(AGREEMENT) <= 0) {
                completeFrom = later(stamped, answered);
            }
            if (completeFrom != null) {
                return true;
            }
        }
        return false;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private String streamName() {
        return "the event stream of project " + projectId;
    }

    /** Takes the records that one read completed. Its events are passed on together, which is cheaper. */
    private class Records implements FrameReader.FrameSink {
        private final Instant received;
        private final List<Event> events = new ArrayList<>();

        Records(Instant received) {
            this.received = received;
        }

        @Override
        public void frame(byte[] buffer, int offset, int length) throws InterruptedException {
            Signal signal = decoder.decodeRecord(buffer, offset, length);
            if (signal instanceof Signal.Received event) {
                believeAll();
                events.add(event.event());
            } else if (signal instanceof Signal.StreamError end) {
                error = error == null ? new Signal.StreamError(end.code(), call.withoutToken(end.message())) : error;
            } else if (signal instanceof Signal.Invalid invalid) {
                invalid(invalid.reason(), Arrays.copyOfRange(buffer, offset, offset + length));
            }
        }

        @Override
        public void oversize(byte[] head, long length) throws InterruptedException {
            invalid("longer than is kept: " + length + " bytes", head);
        }

        /** Before the first event or ping it is not certain that this is the cloud's stream. */
        void invalid(String reason, byte[] record) throws InterruptedException {
            if (isLive() || !events.isEmpty()) {
                sink.rejected(reason, record, received);
            } else {
                doubtful.add(reason, record);
            }
        }

        private void believeAll() throws InterruptedException {
            for (RecordsInDoubt.Doubtful each : doubtful.takeAll()) {
                sink.rejected(each.reason(), each.record(), received);
            }
        }

        final void pass() throws InterruptedException {
            if (!events.isEmpty()) {
                Connection.this.pass(RecordSink.Received.of(events, received));
            }
        }
    }

    /**
     * Takes the bytes after the last line end: the connection cut this record short, so it does not count as invalid.
     */
    private final class Remainder extends Records {
        Remainder(Instant received) {
            super(received);
        }

        @Override
        void invalid(String reason, byte[] record) {
            LOG.debug("The stream ended within a record, after {} bytes of it", record.length);
        }
    }
}
