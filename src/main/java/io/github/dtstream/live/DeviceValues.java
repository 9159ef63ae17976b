package io.github.dtstream.live;

import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.series.SeriesIndex;
import io.github.dtstream.series.SeriesViewer;
import io.github.dtstream.series.value.SeriesKey;
import io.github.dtstream.stream.EventStream;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The newest values of one device, from all streams that have it. Not thread-safe. */
final class DeviceValues {
    private final String id;
    private final String project;
    private final Map<Quantity, Value> values = new EnumMap<>(Quantity.class);
    private @Nullable Device device;
    private long seen = Long.MIN_VALUE;
    private OptionalInt rhythm = OptionalInt.empty();
    private @Nullable String connector;

    private DeviceValues(String id, String project) {
        this.id = id;
        this.project = project;
    }

    /**
     * The newest value of a quantity.
     *
     * @param time when it was measured, in milliseconds since 1970
     * @param value a number, or the index of a state
     */
    record Value(long time, double value) {}

    /** All devices that are listed or have values, by their identifiers. */
    static Map<String, DeviceValues> of(RunningSeries series) {
        Map<String, DeviceValues> all = new TreeMap<>();
        for (Map.Entry<EventStream, SeriesIndex> each : series.byStream().entrySet()) {
            String project = each.getKey().projectId();
            for (Device device : each.getKey().devices()) {
                of(device.id(), project, all).device = device;
            }
            each.getValue().changes(Long.MIN_VALUE, new Collector(project, all, new DeviceValues("", project)));
        }
        return all;
    }

    private static DeviceValues of(String id, String project, Map<String, DeviceValues> all) {
        return all.computeIfAbsent(id, any -> new DeviceValues(id, project));
    }

    private static final class Collector implements SeriesViewer {
        private final String project;
        private final Map<String, DeviceValues> all;
        private DeviceValues current;

        Collector(String project, Map<String, DeviceValues> all, DeviceValues none) {
            this.project = project;
            this.all = all;
            this.current = none;
        }

        @Override
        public void device(String id, long seen, OptionalInt rhythm, @Nullable String connector) {
            current = of(id, project, all);
            if (seen >= current.seen) {
                current.seen = seen;
                current.rhythm = rhythm.isPresent() ? rhythm : current.rhythm;
                current.connector = connector == null ? current.connector : connector;
            }
        }

        @Override
        public void value(SeriesKey key, long time, double value) {
            current.values.merge(
                    key.quantity(), new Value(time, value), (one, other) -> one.time > other.time ? one : other);
        }
    }

    String id() {
        return id;
    }

    String project() {
        return project;
    }

    /** The device in the cloud's list; empty if it is not listed. */
    Optional<Device> device() {
        return Optional.ofNullable(device);
    }

    /** When its newest event was measured, in milliseconds since 1970; {@link Long#MIN_VALUE} if there is none. */
    long seen() {
        return seen;
    }

    /** The usual interval between its events, in seconds. */
    OptionalInt rhythm() {
        return rhythm;
    }

    /** The Cloud Connector that received it last. */
    @Nullable
    String connector() {
        return connector;
    }

    Map<Quantity, Value> values() {
        return Collections.unmodifiableMap(values);
    }
}
