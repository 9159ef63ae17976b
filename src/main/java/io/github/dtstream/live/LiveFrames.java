package io.github.dtstream.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.series.SeriesViewer;
import io.github.dtstream.series.value.SeriesKey;
import io.github.dtstream.text.Masking;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.web.MaskedJson;
import io.github.dtstream.web.ServerSentEvent;
import io.github.dtstream.web.Viewer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends changes to viewers, four times a second at most. A viewer has no queue: the sender notes the version that the
 * viewer has, and a frame has the newest value of each series that changed since. A frame for several viewers is made
 * once.
 *
 * <p>Thread-safe. A thread makes the frames while there are viewers, and ends with the last of them; it owns the state
 * of each viewer.
 */
final class LiveFrames implements AutoCloseable {
    private static final Duration FRAME = Duration.ofMillis(250);
    /** A changed status is sent every so many frames at most. */
    private static final int STATUS_EVERY = 4;
    /** A status that changed only in {@link #RESTLESS} fields is sent every so many frames. */
    private static final int QUIET_STATUS_EVERY = 20;

    private static final int MOST_TAIL = 50;
    /** Fields that change all the time. */
    private static final List<String> RESTLESS = List.of("now", "heap", "disk");

    private static final List<String> RESTLESS_OF_STREAM =
            List.of("lastByteSeconds", "perSecond", "events", "lastReceived");

    private final LiveSource source;
    private final Masking masking;
    private final Consumer<Runnable> starter;
    private final Sleeper sleeper;
    private final List<Seat> seats = new CopyOnWriteArrayList<>();

    // Guarded by this.
    private boolean running;
    private boolean closed;

    // Owned by the frames' thread.
    private int tick;
    private @Nullable Frame status;
    private @Nullable Frame alarms;
    private long devices;
    private @Nullable TailReader tail;

    /** The source of the frames. */
    interface LiveSource {
        /** The newest version of all values. */
        long version();

        /** The first version of this run of the router; a lower one is from an earlier run. */
        long firstVersion();

        void changes(long after, SeriesViewer viewer);

        /** The document of the router's state. */
        ObjectNode status();

        /** The document of alarms. */
        ObjectNode alarms();

        /** Counts the changes of the device list: of devices, names and labels. */
        long deviceVersion();

        TailReader.Tail tail(TailReader reader, int most);

        /** The current time in ISO 8601. */
        String now();
    }

    /** A frame, and its document without the fields that change all the time. */
    private record Frame(byte[] bytes, String gist) {}

    /** A viewer, and the version that it has. */
    private static final class Seat {
        private final Viewer viewer;
        private final boolean wantsTail;
        private long seen;
        private @Nullable Frame status;
        private @Nullable Frame alarms;
        private long devices;

        Seat(Viewer viewer, boolean wantsTail, long seen, long devices) {
            this.viewer = viewer;
            this.wantsTail = wantsTail;
            this.seen = seen;
            this.devices = devices;
        }
    }

    LiveFrames(LiveSource source, Masking masking, Supervisor supervisor) {
        this(
                source,
                masking,
                work -> supervisor
                        .thread("dt-live", "the page shows nothing new", AfterFailure.RESTART, work)
                        .start(),
                Sleeper.SYSTEM);
    }

    /** @param starter runs the making of frames on a thread */
    LiveFrames(LiveSource source, Masking masking, Consumer<Runnable> starter, Sleeper sleeper) {
        this.source = source;
        this.masking = masking;
        this.starter = starter;
        this.sleeper = sleeper;
    }

    /**
     * Adds a viewer.
     *
     * @param seen the version that it has; with none, or one of an earlier run of the router, it gets all values
     */
    void join(Viewer viewer, long seen, boolean wantsTail) {
        long known = seen < source.firstVersion() || seen > source.version() ? Long.MIN_VALUE : seen;
        seats.add(new Seat(viewer, wantsTail, known, source.deviceVersion()));
        begin();
    }

    private synchronized void begin() {
        if (!running && !closed) {
            running = true;
            starter.accept(this::run);
        }
    }

    private void run() {
        try {
            while (isWanted()) {
                frame();
                sleeper.sleep(FRAME);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isWanted() {
        seats.removeIf(seat -> !seat.viewer.isOpen());
        running = !seats.isEmpty() && !closed;
        return running;
    }

    /** Sends to each writable viewer what it does not have yet. */
    void frame() {
        look();
        Map<Long, byte[]> made = new HashMap<>();
        long version = source.version();
        byte[] tailFrame = tailFrame();
        for (Seat seat : seats) {
            if (seat.viewer.isWritable()) {
                tell(seat, version, made);
                tellTail(seat, tailFrame);
            }
        }
        tick++;
    }

    /** Makes the frames that are the same for all viewers. */
    private void look() {
        boolean isNew = seats.stream().anyMatch(seat -> seat.status == null);
        if (tick % STATUS_EVERY == 0 || isNew) {
            status = next(status, "status", source.status(), tick % QUIET_STATUS_EVERY == 0);
            alarms = next(alarms, "alarms", source.alarms(), false);
            devices = source.deviceVersion();
        }
    }

    /** The last frame again, unless there is something new or a new one is due. */
    private Frame next(@Nullable Frame last, String event, ObjectNode document, boolean isTime) {
        String gist = gist(document);
        if (last != null && last.gist.equals(gist) && !isTime) {
            return last;
        }
        String text = MaskedJson.of(document, masking).toString();
        return new Frame(ServerSentEvent.frame(event, null, text), gist);
    }

    private static String gist(ObjectNode document) {
        ObjectNode gist = document.deepCopy();
        gist.remove(RESTLESS);
        gist.path("streams").forEach(stream -> {
            if (stream instanceof ObjectNode one) {
                one.remove(RESTLESS_OF_STREAM);
            }
        });
        return gist.toString();
    }

    private void tell(Seat seat, long version, Map<Long, byte[]> made) {
        if (status != null && !status.equals(seat.status)) {
            seat.status = status;
            seat.viewer.send(status.bytes);
        }
        if (alarms != null && !alarms.equals(seat.alarms)) {
            seat.alarms = alarms;
            seat.viewer.send(alarms.bytes);
        }
        if (seat.devices != devices) {
            seat.devices = devices;
            seat.viewer.send(ServerSentEvent.frame("devices", null, "{}"));
        }
        if (seat.seen < version) {
            byte[] frames = made.computeIfAbsent(seat.seen, seen -> values(seen, version));
            if (frames.length > 0) {
                seat.viewer.send(frames);
            }
            seat.seen = version;
        }
    }

    /** The changes since a version: a frame of values, and one of spans with late values. */
    private byte[] values(long seen, long version) {
        Changes changes = new Changes();
        source.changes(seen, changes);
        String id = Long.toString(version);
        byte[] values = changes.values.isEmpty()
                ? new byte[0]
                : ServerSentEvent.frame("values", id, text(changes.json(source.now())));
        // A viewer without any version has no graph yet.
        byte[] late = changes.late.isEmpty() || seen == Long.MIN_VALUE
                ? new byte[0]
                : ServerSentEvent.frame("late", null, text(changes.lateJson()));
        byte[] both = Arrays.copyOf(values, values.length + late.length);
        System.arraycopy(late, 0, both, values.length, late.length);
        return both;
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    private static final class Changes implements SeriesViewer {
        private record Value(SeriesKey key, long time, double value) {}

        private record Late(SeriesKey key, long from, long to) {}

        private final List<Value> values = new ArrayList<>();
        private final List<Late> late = new ArrayList<>();

        @Override
        public void device(String id, long seen, OptionalInt rhythm, @Nullable String connector) {
            // Each of its values names the device.
        }

        @Override
        public void value(SeriesKey key, long time, double value) {
            values.add(new Value(key, time, value));
        }

        @Override
        public void late(SeriesKey key, long from, long to) {
            late.add(new Late(key, from, to));
        }

        byte[] json(String now) {
            return Texts.json(json -> {
                json.writeStartObject();
                json.writeStringField("now", now);
                json.writeArrayFieldStart("values");
                for (Value value : values) {
                    json.writeStartArray();
                    json.writeString(value.key.deviceId());
                    json.writeString(value.key.quantity().key());
                    Texts.value(json, value.key.quantity(), value.value);
                    json.writeNumber(value.time);
                    json.writeEndArray();
                }
                json.writeEndArray();
                json.writeEndObject();
            });
        }

        byte[] lateJson() {
            return Texts.json(json -> {
                json.writeStartObject();
                json.writeArrayFieldStart("series");
                for (Late span : late) {
                    json.writeStartArray();
                    json.writeString(span.key.deviceId());
                    json.writeString(span.key.quantity().key());
                    json.writeNumber(span.from);
                    json.writeNumber(span.to);
                    json.writeEndArray();
                }
                json.writeEndArray();
                json.writeEndObject();
            });
        }
    }

    /** A frame of the events since the last one, if a viewer wants events. */
    private byte[] tailFrame() {
        if (seats.stream().noneMatch(seat -> seat.wantsTail)) {
            tail = null;
            return new byte[0];
        }
        TailReader reader = tail == null ? new TailReader(masking) : tail;
        tail = reader;
        TailReader.Tail newest = source.tail(reader, MOST_TAIL);
        return newest.events().isEmpty() ? new byte[0] : ServerSentEvent.frame("tail", null, text(reader.json(newest)));
    }

    private static void tellTail(Seat seat, byte[] frame) {
        if (seat.wantsTail && frame.length > 0) {
            seat.viewer.send(frame);
        }
    }

    int viewers() {
        return seats.size();
    }

    /** Ends all viewers' connections. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        seats.forEach(seat -> seat.viewer.close());
    }
}
