package io.github.dtstream.live;

import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.live.DeviceValues.Value;
import io.github.dtstream.management.MetricFamilies;
import io.github.dtstream.management.MetricSource;
import io.github.dtstream.management.RouterStatus;
import io.github.dtstream.reading.Quantity;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The newest value of each device and quantity as metrics, for a bounded number of devices. A device that is silent for
 * longer than usual has no values, so that an old value never looks current. Units are Prometheus' base units: the
 * vendor's percentages are ratios here. Thread-safe.
 */
final class DeviceMetrics implements MetricSource {
    /** How many of its usual intervals may pass before a device counts as silent. */
    private static final int INTERVALS = 4;
    /** The least time before a device counts as silent; sensors send a heartbeat about every 15 minutes. */
    private static final Duration LEAST_PATIENCE = Duration.ofHours(1);

    private static final Map<Quantity, Numeric> NUMBERS = numbers();

    private final RouterStatus status;
    private final RunningSeries series;
    private final int most;

    /** @param most the limit of devices */
    DeviceMetrics(RouterStatus status, RunningSeries series, int most) {
        this.status = status;
        this.series = series;
        this.most = most;
    }

    /**
     * The metric of a quantity.
     *
     * @param name the metric's name, without {@code _total}
     * @param factor converts the vendor's unit to Prometheus' base unit
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

    @Override
    public void collect(MetricFamilies all) {
        List<DeviceValues> heard = DeviceValues.of(series).values().stream()
                .filter(device -> device.seen() != Long.MIN_VALUE)
                .toList();
        all.gauge(
                "dt_device_metrics_left_out_devices",
                "Devices whose values are not among these metrics, as there are more than were asked for",
                Labels.EMPTY,
                Math.max(0, heard.size() - most));
        long now = status.now().toEpochMilli();
        heard.stream().limit(most).forEach(device -> collect(device, now, all));
    }

    private static boolean isSilent(DeviceValues device, long now) {
        long usual = INTERVALS * 1000L * device.rhythm().orElse(0);
        return now - device.seen() > Math.max(LEAST_PATIENCE.toMillis(), usual);
    }

    private static void collect(DeviceValues device, long now, MetricFamilies all) {
        String name = device.device().map(Device::name).orElse(device.id());
        Labels labels = Labels.of("project", device.project(), "device", device.id(), "name", name);
        all.gauge(
                "dt_device_last_seen_timestamp_seconds",
                "When the device last said something, in Unix time",
                labels,
                device.seen() / 1000.0);
        if (!isSilent(device, now)) {
            device.values().forEach((quantity, newest) -> collect(quantity, newest, labels, all));
        }
    }

    private static void collect(Quantity quantity, Value newest, Labels labels, MetricFamilies all) {
        double value = newest.value();
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
                    newest.time() / 1000.0);
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
