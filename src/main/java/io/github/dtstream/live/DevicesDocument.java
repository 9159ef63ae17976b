package io.github.dtstream.live;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.dtstream.alarm.AlarmService;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.live.DeviceValues.Value;
import io.github.dtstream.management.RouterStatus;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.text.Excerpt;
import io.github.dtstream.text.Masking;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /api/devices}: all devices of all streams, with their newest values. Thread-safe. */
final class DevicesDocument {
    private static final int LONGEST_LABEL = 2_000;

    private final RouterStatus status;
    private final RunningSeries series;
    private final Supplier<List<AlarmService>> alarms;
    private final Masking masking;

    DevicesDocument(RouterStatus status, RunningSeries series, Supplier<List<AlarmService>> alarms) {
        this.status = status;
        this.series = series;
        this.alarms = alarms;
        this.masking = status.masking();
    }

    byte[] json() {
        // Read first: a change that happens meanwhile is sent again.
        long version = series.versions().newest();
        Map<String, DeviceValues> devices = DeviceValues.of(series);
        Map<String, AlarmView> worst = worst(alarms.get().stream()
                .flatMap(service -> service.alarms().stream())
                .toList());
        return Texts.json(json -> {
            json.writeStartObject();
            json.writeNumberField("sequence", version);
            json.writeStringField("now", status.now().toString());
            json.writeArrayFieldStart("devices");
            for (DeviceValues each : devices.values()) {
                write(json, each, worst.get(each.id()));
            }
            json.writeEndArray();
            writeQuantities(json);
            json.writeEndObject();
        });
    }

    /** The worst alarm of each device: a raised one before one that is not, then the most severe, then the first. */
    static Map<String, AlarmView> worst(List<AlarmView> alarms) {
        Map<String, AlarmView> worst = new HashMap<>();
        alarms.forEach(alarm -> worst.merge(alarm.key().deviceId(), alarm, DevicesDocument::worse));
        return worst;
    }

    private static AlarmView worse(AlarmView one, AlarmView other) {
        boolean isRaised = one.state().isRaised();
        if (isRaised != other.state().isRaised()) {
            return isRaised ? one : other;
        }
        return one.severity().compareTo(other.severity()) >= 0 ? one : other;
    }

    private void write(JsonGenerator json, DeviceValues row, @Nullable AlarmView alarm) throws IOException {
        Device device = row.device().orElse(null);
        json.writeStartObject();
        json.writeStringField("id", row.id());
        json.writeStringField("project", row.project());
        json.writeStringField("name", device == null ? row.id() : text(device.name()));
        json.writeStringField("type", device == null ? "" : text(device.type()));
        json.writeStringField("productNumber", device == null ? "" : text(device.productNumber()));
        json.writeBooleanField("listed", device != null);
        json.writeObjectFieldStart("labels");
        for (Map.Entry<String, String> label : labels(device).entrySet()) {
            json.writeStringField(text(label.getKey()), text(label.getValue()));
        }
        json.writeEndObject();
        writeValues(json, row);
        writeAlarm(json, alarm);
        json.writeEndObject();
    }

    private static Map<String, String> labels(@Nullable Device device) {
        return device == null ? Map.of() : new TreeMap<>(device.labels());
    }

    private static void writeValues(JsonGenerator json, DeviceValues row) throws IOException {
        json.writeObjectFieldStart("values");
        for (Map.Entry<Quantity, Value> value : row.values().entrySet()) {
            json.writeArrayFieldStart(value.getKey().key());
            Texts.value(json, value.getKey(), value.getValue().value());
            json.writeNumber(value.getValue().time());
            json.writeEndArray();
        }
        json.writeEndObject();
        writeOptional(json, "seen", row.seen() == Long.MIN_VALUE ? null : row.seen());
        writeOptional(
                json, "rhythm", row.rhythm().isPresent() ? (long) row.rhythm().getAsInt() : null);
        writeOptional(json, "battery", number(row, Quantity.BATTERY));
        writeOptional(json, "signal", number(row, Quantity.SIGNAL));
        json.writeStringField("connector", row.connector());
    }

    private static @Nullable Long number(DeviceValues row, Quantity quantity) {
        Value value = row.values().get(quantity);
        return value == null ? null : Math.round(value.value());
    }

    private static void writeOptional(JsonGenerator json, String name, @Nullable Long value) throws IOException {
        json.writeFieldName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeNumber(value);
        }
    }

    private void writeAlarm(JsonGenerator json, @Nullable AlarmView alarm) throws IOException {
        json.writeFieldName("alarm");
        if (alarm == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeStringField("rule", text(alarm.key().rule()));
        json.writeStringField("state", alarm.state().label());
        json.writeStringField("severity", alarm.severity().label());
        json.writeEndObject();
    }

    /** A text that somebody typed: masked, and shortened if it is very long. */
    private String text(String typed) {
        return Excerpt.beginning(masking.mask(typed), LONGEST_LABEL);
    }

    private static void writeQuantities(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("quantities");
        for (Quantity quantity : Quantity.values()) {
            json.writeObjectFieldStart(quantity.key());
            json.writeStringField("unit", quantity.unit());
            json.writeStringField("kind", quantity.kind().name().toLowerCase(Locale.ROOT));
            json.writeArrayFieldStart("states");
            for (String state : quantity.states()) {
                json.writeString(state);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
