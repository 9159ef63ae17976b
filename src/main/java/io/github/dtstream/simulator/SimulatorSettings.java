package io.github.dtstream.simulator;

import io.github.dtstream.simulator.stream.LabelMatch;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The settings of a {@link SimulatedCloud}. Start with {@link #defaults()} or {@link #demo()} and change what is
 * needed.
 *
 * @param port the loopback port; 0 for any free one
 * @param sensors how many sensors send by themselves, in addition to one or two Cloud Connectors; 0 for none, 1000 at
 *     most
 * @param speed how many times faster than in reality sensors act: at 120, a heartbeat of 15 minutes comes every 7.5 s,
 *     and a day's temperature curve takes 12 minutes; 1 to 10,000
 * @param preload the span of history that the sensors have when the cloud starts; zero for none
 * @param tokenLife how long an access token is valid; one hour in the real cloud
 * @param connectionLife when a stream is ended; after one hour in the real cloud
 * @param connectionEnd how a stream is ended
 * @param indexingDelay the shortest delay until the history shows an event; 1 s in the real cloud
 * @param maxIndexingDelay the longest such delay; typically 2 s, up to 10 s in the real cloud
 * @param retention the age at which events leave the history; 31 days in the real cloud
 * @param keptEvents how many events are kept in memory for the history and {@link SimulatedCloud#produced()}; the
 *     oldest are removed first. An event takes about 450 bytes
 * @param streamBuffer how many events may wait for a slow reader before its stream is cut
 * @param linesPerWrite how many waiting events are written at once; 1 for a write and a chunk per event, as the real
 *     gateway does
 * @param maxStreams how many streams may be open at once; 0 for no limit
 * @param rateLimit whether REST requests are limited to 25 in 5 seconds
 * @param basicAuth whether the service account may use Basic authentication
 * @param streamLabels which of several label filters a device must match on the stream
 * @param listLabels which of several label filters a device must match in the device list
 */
public record SimulatorSettings(
        int port,
        int sensors,
        double speed,
        Duration preload,
        Duration tokenLife,
        Duration connectionLife,
        ConnectionEnd connectionEnd,
        Duration indexingDelay,
        Duration maxIndexingDelay,
        Duration retention,
        int keptEvents,
        int streamBuffer,
        int linesPerWrite,
        int maxStreams,
        boolean rateLimit,
        boolean basicAuth,
        LabelMatch streamLabels,
        LabelMatch listLabels) {

    /** How a stream is ended at the end of its life, if it has carried at least one message. */
    public enum ConnectionEnd {
        /** An error line with {@code code} and {@code message}, gRPC code 1. */
        ERROR_WITH_CODE,
        /** An error line with {@code grpcCode} and {@code httpCode}, without a newline at its end. */
        ERROR_WITH_GRPC_CODE,
        /** The body ends without an error. */
        END_OF_BODY,
        /** These three in turns. */
        BY_TURNS
    }

    public SimulatorSettings {
        Objects.requireNonNull(connectionEnd);
        requireRange("port", port, 0, 65_535);
        requireRange("sensors", sensors, 0, 1000);
        requireRange("keptEvents", keptEvents, 1, 50_000_000);
        requireRange("streamBuffer", streamBuffer, 1, 50_000_000);
        requireRange("linesPerWrite", linesPerWrite, 1, 10_000);
        requireRange("maxStreams", maxStreams, 0, 10_000);
        if (!(speed >= 1 && speed <= 10_000)) {
            throw new IllegalArgumentException("speed is " + speed + "; it must be 1 to 10000");
        }
        if (maxIndexingDelay.compareTo(indexingDelay) < 0) {
            throw new IllegalArgumentException("maxIndexingDelay is less than indexingDelay");
        }
    }

    private static void requireRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be " + least + " to " + most);
        }
    }

    /** Like the real cloud, on any free port, without sensors that send by themselves and without a rate limit. */
    public static SimulatorSettings defaults() {
        return new SimulatorSettings(
                0,
                0,
                1,
                Duration.ZERO,
                Duration.ofHours(1),
                Duration.ofHours(1),
                ConnectionEnd.ERROR_WITH_CODE,
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofDays(31),
                100_000,
                50_000,
                64,
                0,
                false,
                true,
                LabelMatch.ANY,
                LabelMatch.ALL);
    }

    /** For a demonstration: twenty active sensors with a history of some hours, and an hour that takes five minutes. */
    public static SimulatorSettings demo() {
        return defaults()
                .withSensors(20, 120)
                .withPreload(Duration.ofMinutes(4))
                .withConnectionLife(Duration.ofMinutes(5), ConnectionEnd.BY_TURNS)
                .withRateLimit(true);
    }

    public SimulatorSettings withPort(int port) {
        return change(draft -> draft.port = port);
    }

    /** Sets how many sensors send by themselves, and how much faster than in reality. */
    public SimulatorSettings withSensors(int count, double speed) {
        return change(draft -> {
            draft.sensors = count;
            draft.speed = speed;
        });
    }

    public SimulatorSettings withPreload(Duration span) {
        return change(draft -> draft.preload = span);
    }

    public SimulatorSettings withTokenLife(Duration life) {
        return change(draft -> draft.tokenLife = life);
    }

    public SimulatorSettings withConnectionLife(Duration life, ConnectionEnd end) {
        return change(draft -> {
            draft.connectionLife = life;
            draft.connectionEnd = end;
        });
    }

    /** Sets the shortest and the longest indexing delay. */
    public SimulatorSettings withIndexingDelay(Duration least, Duration most) {
        return change(draft -> {
            draft.indexingDelay = least;
            draft.maxIndexingDelay = most;
        });
    }

    public SimulatorSettings withRetention(Duration age) {
        return change(draft -> draft.retention = age);
    }

    public SimulatorSettings withKeptEvents(int count) {
        return change(draft -> draft.keptEvents = count);
    }

    /** Sets how many events may wait for a slow reader, and how many of them are written at once. */
    public SimulatorSettings withStreamBuffer(int events, int linesPerWrite) {
        return change(draft -> {
            draft.streamBuffer = events;
            draft.linesPerWrite = linesPerWrite;
        });
    }

    public SimulatorSettings withMaxStreams(int count) {
        return change(draft -> draft.maxStreams = count);
    }

    public SimulatorSettings withRateLimit(boolean on) {
        return change(draft -> draft.rateLimit = on);
    }

    public SimulatorSettings withBasicAuth(boolean on) {
        return change(draft -> draft.basicAuth = on);
    }

    /** Sets which of several label filters must match on the stream and in the device list. */
    public SimulatorSettings withLabelMatch(LabelMatch onStream, LabelMatch inList) {
        return change(draft -> {
            draft.streamLabels = onStream;
            draft.listLabels = inList;
        });
    }

    private SimulatorSettings change(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.settings();
    }

    /** Mutable settings, to make settings that differ in some values. */
    private static final class Draft {
        private int port;
        private int sensors;
        private double speed;
        private Duration preload;
        private Duration tokenLife;
        private Duration connectionLife;
        private ConnectionEnd connectionEnd;
        private Duration indexingDelay;
        private Duration maxIndexingDelay;
        private Duration retention;
        private int keptEvents;
        private int streamBuffer;
        private int linesPerWrite;
        private int maxStreams;
        private boolean rateLimit;
        private boolean basicAuth;
        private LabelMatch streamLabels;
        private LabelMatch listLabels;

        Draft(SimulatorSettings from) {
            port = from.port;
            sensors = from.sensors;
            speed = from.speed;
            preload = from.preload;
            tokenLife = from.tokenLife;
            connectionLife = from.connectionLife;
            connectionEnd = from.connectionEnd;
            indexingDelay = from.indexingDelay;
            maxIndexingDelay = from.maxIndexingDelay;
            retention = from.retention;
            keptEvents = from.keptEvents;
            streamBuffer = from.streamBuffer;
            linesPerWrite = from.linesPerWrite;
            maxStreams = from.maxStreams;
            rateLimit = from.rateLimit;
            basicAuth = from.basicAuth;
            streamLabels = from.streamLabels;
            listLabels = from.listLabels;
        }

        SimulatorSettings settings() {
            return new SimulatorSettings(
                    port,
                    sensors,
                    speed,
                    preload,
                    tokenLife,
                    connectionLife,
                    connectionEnd,
                    indexingDelay,
                    maxIndexingDelay,
                    retention,
                    keptEvents,
                    streamBuffer,
                    linesPerWrite,
                    maxStreams,
                    rateLimit,
                    basicAuth,
                    streamLabels,
                    listLabels);
        }
    }
}
