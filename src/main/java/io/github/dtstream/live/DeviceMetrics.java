package io.github.dtstream.live;

import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.management.MetricFamilies;
import io.github.dtstream.management.MetricSource;
import io.github.dtstream.management.RouterStatus;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.series.SeriesIndex;
import io.github.dtstream.series.SeriesKey;
import io.github.dtstream.series.SeriesViewer;
import io.github.dtstream.stream.EventStream;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What sensors measure, as metrics: the newest value of each device and quantity, for a bounded number of devices. A device that is silent for longer
 * than is usual for it has none, so that an old value never reads as the current one. Units are Prometheus' base units: what the
 * vendor gives in percent is a ratio here. Thread-safe.
 */
final class DeviceMetrics implements MetricSource {
    /** So many of its own intervals may pass before a device counts as silent. */
    private static final int INTERVALS = 4;
    /** Sensors that have nothing else to say send a heartbeat about every 15 minutes. */
    private static final Duration LEAST_PATIENCE = Duration.ofHours(1);

    private static final Map<Quantity, Numeric> NUMBERS = numbers();

    private final RouterStatus status;
    private final RunningSeries series;
    private final int most;

    /** @param most of how many devices */
    DeviceMetrics(RouterStatus status, RunningSeries series, int most) {
        this.status = status;
        this.series = series;
        this.most = most;
    }

    /**
     * How a number is told.
     *
     * @param name without {@code _total}
     * @param factor from the vendor's unit to Prometheus'
     */
    private record Numeric(String name, double factor, String help) {}

    private static Map<Quantity, Numeric> numbers() {
        Map<Quantity, Numeric> numbers = new EnumMap<>(Quantity.class);
        numbers.put(Quantity.TEMPERATURE, new Numeric("dt_device_temperature_celsius", 1, "Newest temperature"));
        numbers.put(Quantity.HUMIDITY, new Numeric("dt_device_humidity_ratio", 0.01, "Newest relative humidity"));
        numbers.put(
                Quantity.CO2,
                new Numeric("dt_device_co2_parts_per_million", 1, "Newest concentration of carbon dioxide"));
        numbers.put(Quantity.PRESSURE, new Numeric("dt_device_pressure_pascals", 1, "Newest pressure"));
        numbers.put(Quantity.BATTERY, new Numeric("dt_device_battery_ratio", 0.01, "What is left of the battery"));
        numbers.put(
                Quantity.SIGNAL,
                new Numeric("dt_device_signal_ratio", 0.01, "Strength of the signal at the Cloud Connector"));
        numbers.put(
                Quantity.CELLULAR_SIGNAL,
                new Numeric("dt_device_cellular_signal_ratio", 0.01, "Strength of a Cloud Connector's mobile network"));
        numbers.put(Quantity.OBJECT_COUNT, new Numeric("dt_device_objects", 1, "Objects counted"));
        numbers.put(Quantity.TOUCH_COUNT, new Numeric("dt_device_touches", 1, "Touches counted"));
        return numbers;
    }

    /** A device with its newest values. */
    private record Row(
            String project,
            String id,
            @Nullable Device device,
            long seen,
            OptionalInt rhythm,
            Map<Quantity, double[]> values) {
        boolean isSilent(long now) {
            long usual = INTERVALS * 1000L * rhythm.orElse(0);
            return now - seen > Math.max(LEAST_PATIENCE.toMillis(), usual);
        }

        Labels labels() {
            return Labels.of("project", project, "device", id, "name", device == null ? id : device.name());
        }
    }

    @Override
    public void collect(MetricFamilies all) {
        List<Row> rows = rows();
        all.gauge(
                "dt_device_metrics_left_out_devices",
                "Devices whose values are not among these metrics, as there are more than were asked for",
                Labels.EMPTY,
                Math.max(0, rows.size() - most));
        long now = status.now().toEpochMilli();
        rows.stream().limit(most).forEach(row -> collect(row, now, all));
    }

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Map.Entry<EventStream, SeriesIndex> each : series.byStream().entrySet()) {
            Map<String, Device> devices = new HashMap<>();
            each.getKey().devices().forEach(device -> devices.put(device.id(), device));
            each.getValue().changes(Long.MIN_VALUE, new Collector(each.getKey().projectId(), devices, rows));
        }
        // two streams of a project may have the same device
        rows.sort(Comparator.comparing(Row::project)
                .thenComparing(Row::id)
                .thenComparing(Comparator.comparingLong(Row::seen).reversed()));
        List<Row> distinct = new ArrayList<>(rows.size());
        for (Row row : rows) {
            Row last = distinct.isEmpty() ? null : distinct.get(distinct.size() - 1);
            if (last == null || !last.id().equals(row.id()) || !last.project().equals(row.project())) {
                distinct.add(row);
            }
        }
        return distinct;
    }

    private record Collector(String project, Map<String, Device> devices, List<Row> rows) implements SeriesViewer {
        @Override
        public void device(String id, long seen, OptionalInt rhythm, @Nullable String connector) {
            rows.add(new Row(project, id, devices.get(id), seen, rhythm, new EnumMap<>(Quantity.class)));
        }

        @Override
        public void value(SeriesKey key, long time, double value) {
            rows.get(rows.size() - 1).values().put(key.quantity(), new double[] {time, value});
        }
    }

    private static void collect(Row row, long now, MetricFamilies all) {
        Labels labels = row.labels();
        all.gauge(
                "dt_device_last_seen_timestamp_seconds",
                "When the device last said something, in Unix time",
                labels,
                row.seen() / 1000.0);
        if (!row.isSilent(now)) {
            row.values().forEach((quantity, newest) -> collect(quantity, newest[0], newest[1], labels, all));
        }
    }

    private static void collect(Quantity quantity, double time, double value, Labels labels, MetricFamilies all) {
        Numeric number = NUMBERS.get(quantity);
        if (number != null && quantity.kind() == Quantity.Kind.COUNT) {
            all.counter(number.name(), number.help(), labels, value);
        } else if (number != null) {
            all.gauge(number.name(), number.help(), labels, value * number.factor());
        } else if (quantity.kind() == Quantity.Kind.PULSE) {
            all.gauge(
                    "dt_device_touched_timestamp_seconds",
                    "When the device was last touched, in Unix time",
                    labels,
                    time / 1000.0);
        } else {
            for (int state = 0; state < quantity.states().size(); state++) {
                all.gauge(
                        "dt_device_state",
                        "1 for the state that a quantity of the device has, 0 for the others",
                        labels.add("quantity", quantity.key())
                                .add("state", quantity.states().get(state)),
                        state == (int) value ? 1 : 0);
            }
        }
    }
}
