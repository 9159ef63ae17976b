package io.github.dtstream.session;

import io.github.dtstream.cloud.CloudException;
import io.github.dtstream.cloud.ConnectionLife;
import io.github.dtstream.cloud.Fault;
import io.github.dtstream.cloud.FaultClassifier;
import io.github.dtstream.cloud.FaultKind;
import io.github.dtstream.cloud.StreamCall;
import io.github.dtstream.event.Event;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.FrameReader;
import io.github.dtstream.wire.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP stream from its request to its end, read by a thread of its own. Events go to the sink on that thread, so that a
 * slow sink slows the reading and nothing else; the silence limit is the socket's read timeout, so that time spent in the
 * sink does not count.
 */
final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final int READ_BYTES = 64 * 1024;

    private final String projectId;
    private final StreamCall call;
    private final FrameReader frames;
    private final EventSink sink;
    private final FaultClassifier faults;
    private final Clock clock;
    private final Listener listener;
    private final Instant opened;
    private final Thread reader;
    private final EnvelopeDecoder decoder = new EnvelopeDecoder();

    /** Written by the reader thread, read by the session's. */
    private volatile @Nullable Instant firstReceived;

    /** Written by the reader thread, read by the session's. */
    private volatile @Nullable Instant lastReceived;

    /** Written by the reader thread, read by the session's. */
    private volatile boolean delivered;

    /** Set by the session's thread while a successor stands ready. */
    private volatile @Nullable HandOver successor;

    /** Owned by the reader thread. */
    private Signal.@Nullable StreamError error;

    /** Is told what happens, on the reader thread. */
    interface Listener {
        /** The first byte of the body was received. */
        void live(Connection connection);

        /** The first event or ping was received. */
        void delivering(Connection connection);

        /** The connection has ended; nothing more comes of it. */
        void ended(Connection connection, Fault fault);
    }

    Connection(
            String name,
            StreamSettings settings,
            StreamCall call,
            FrameReader frames,
            EventSink sink,
            FaultClassifier faults,
            Clock clock,
            Listener listener) {
        this.projectId = settings.projectId();
        this.call = call;
        this.frames = frames;
        this.sink = sink;
        this.faults = faults;
        this.clock = clock;
        this.listener = listener;
        this.opened = clock.instant();
        this.reader = new Thread(this::run, name);
        this.reader.setDaemon(true);
    }

    void start() {
        reader.start();
    }

    /** Ends it at once; the listener is told as of any end. */
    void abort() {
        call.abort();
    }

    /** Waits for the reader thread, which was aborted before; wakes it from a sink that blocks. */
    void join(Duration gently, Duration afterInterrupt) throws InterruptedException {
        reader.join(gently.toMillis());
        if (reader.isAlive()) {
            reader.interrupt();
            reader.join(afterInterrupt.toMillis());
        }
    }

    /** Has every event that is passed on from now on shown to the hand-over too; null ends that. */
    void showTo(@Nullable HandOver handOver) {
        successor = handOver;
    }

    /** When the first byte of the body was received; null before that. */
    @Nullable
    Instant firstReceived() {
        return firstReceived;
    }

    /** When the last thing was received that was passed on whole, or the first byte if nothing was; null before that. */
    @Nullable
    Instant lastReceived() {
        Instant held = sink instanceof HandOver handOver ? handOver.oldestHeld() : null;
        return held == null ? lastReceived : held;
    }

    /** Whether an event or a ping was received. */
    boolean hasDelivered() {
        return delivered;
    }

    /** See {@link StreamCall#invalidateCredentials}. */
    boolean invalidateCredentials() {
        return call.invalidateCredentials();
    }

    private void run() {
        Fault fault;
        try {
            fault = receive();
        } catch (CloudException e) {
            fault = e.fault();
        } catch (IOException e) {
            fault = error == null ? faults.ofThrowable(e, streamName()) : endOfStream();
        } catch (InterruptedException e) {
            fault = Fault.of(FaultKind.TRANSIENT, "the connection was closed");
        } catch (RuntimeException | Error e) {
            // whatever it was, the session must learn of the end, or it would wait for events for ever
            LOG.error("Reading {} failed unexpectedly", streamName(), e);
            fault = Fault.of(FaultKind.TRANSIENT, "reading failed unexpectedly: " + e);
        } finally {
            call.abort();
        }
        listener.ended(this, fault);
    }

    private Fault receive() throws CloudException, IOException, InterruptedException {
        InputStream body = call.open();
        byte[] buffer = new byte[READ_BYTES];
        int length;
        while (error == null && (length = body.read(buffer)) >= 0) {
            Instant received = clock.instant();
            if (firstReceived == null) {
                firstReceived = received;
                lastReceived = received;
                listener.live(this);
            }
            Records records = new Records(received);
            frames.feed(buffer, 0, length, records);
            records.pass();
        }
        if (error == null) {
            Records records = new Remainder(clock.instant());
            frames.end(records);
            records.pass();
        }
        return endOfStream();
    }

    private Fault endOfStream() {
        ConnectionLife life = new ConnectionLife(Duration.between(opened, clock.instant()), delivered);
        return error == null ? faults.ofEndOfBody(life) : faults.ofStreamError(error, life, projectId);
    }

    private void pass(List<Event> events, Instant received) throws InterruptedException {
        sink.events(events, received);
        lastReceived = received;
        HandOver handOver = successor;
        if (handOver != null) {
            handOver.predecessorPassed(events);
        }
        if (!delivered) {
            delivered = true;
            listener.delivering(this);
        }
    }

    private String streamName() {
        return "the event stream of project " + projectId;
    }

    /** Takes the records that one read completed; its events are passed on together, which costs less than one by one. */
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
                events.add(event.event());
            } else if (signal instanceof Signal.StreamError end) {
                error = error == null ? new Signal.StreamError(end.code(), call.withoutToken(end.message())) : error;
            } else if (signal instanceof Signal.Invalid invalid) {
                invalid(invalid.reason(), Arrays.copyOfRange(buffer, offset, offset + length));
            }
        }

        @Override
        public void oversize(byte[] head, long length) throws InterruptedException {
            sink.rejected("longer than is kept: " + length + " bytes", head, received);
        }

        void invalid(String reason, byte[] record) throws InterruptedException {
            sink.rejected(reason, record, received);
        }

        final void pass() throws InterruptedException {
            if (!events.isEmpty()) {
                Connection.this.pass(events, received);
            }
        }
    }

    /** Takes what follows the last line end: a record cut short is the connection's doing and no bad record. */
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
