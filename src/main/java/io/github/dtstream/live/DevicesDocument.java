package io.github.dtstream.live;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.dtstream.alarm.AlarmService;
import io.github.dtstream.alarm.engine.AlarmView;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.management.RouterStatus;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.series.SeriesIndex;
import io.github.dtstream.series.SeriesKey;
import io.github.dtstream.series.SeriesViewer;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.text.Masking;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code /api/devices}: all devices of all streams, with their newest values. Thread-safe. */
final class DevicesDocument {
    private static final int LONGEST_LABEL = 2_000;

    private final RouterStatus status;
    private final RunningSeries series;
    private final Masking masking;

    DevicesDocument(RouterStatus status, RunningSeries series) {
        this.status = status;
        this.series = series;
        this.masking = status.masking();
    }

    private record Value(long time, double value) {}

    /** What is known of one device. */
    private static final class Row {
        private final String project;
        private @Nullable Device device;
        private long seen = Long.MIN_VALUE;
        private OptionalInt rhythm = OptionalInt.empty();
        private @Nullable String connector;
        private final Map<Quantity, Value> values = new EnumMap<>(Quantity.class);

        Row(String project) {
            this.project = project;
        }
    }

    byte[] json() {
        // before all else: what changes meanwhile comes again
        long version = series.versions().newest();
        Map<String, Row> rows = rows();
        Map<String, AlarmView> alarms = alarms();
        return Texts.json(json -> {
            json.writeStartObject();
            json.writeNumberField("sequence", version);
            json.writeStringField("now", status.now().toString());
            json.writeArrayFieldStart("devices");
            for (Map.Entry<String, Row> row : rows.entrySet()) {
                write(json, row.getKey(), row.getValue(), alarms.get(row.getKey()));
            }
            json.writeEndArray();
            writeQuantities(json);
            json.writeEndObject();
        });
    }

    private Map<String, Row> rows() {
        Map<String, Row> rows = new TreeMap<>();
        for (Map.Entry<EventStream, SeriesIndex> each : series.byStream().entrySet()) {
            String project = each.getKey().projectId();
            for (Device device : each.getKey().devices()) {
                rows.computeIfAbsent(device.id(), id -> new Row(project)).device = device;
            }
            each.getValue().changes(Long.MIN_VALUE, new Collector(project, rows));
        }
        return rows;
    }

    private record Collector(String project, Map<String, Row> rows, Row[] current) implements SeriesViewer {
        Collector(String project, Map<String, Row> rows) {
            this(project, rows, new Row[1]);
        }

        @Override
        public void device(String id, long seen, OptionalInt rhythm, @Nullable String connector) {
            Row row = rows.computeIfAbsent(id, any -> new Row(project));
            if (seen >= row.seen) {
                row.seen = seen;
                row.rhythm = rhythm.isPresent() ? rhythm : row.rhythm;
                row.connector = connector == null ? row.connector : connector;
            }
            current[0] = row;
        }

        @Override
        public void value(SeriesKey key, long time, double value) {
            current[0].values.merge(
                    key.quantity(), new Value(time, value), (one, other) -> one.time > other.time ? one : other);
        }
    }

    /** The worst alarm of each device. */
    private Map<String, AlarmView> alarms() {
        Map<String, AlarmView> worst = new HashMap<>();
        for (AlarmService service : status.alarmServices()) {
            for (AlarmView alarm : service.alarms()) {
                worst.merge(alarm.key().deviceId(), alarm, DevicesDocument::worse);
            }
        }
        return worst;
    }

    private static AlarmView worse(AlarmView one, AlarmView other) {
        boolean isRaised = one.state().isRaised();
        if (isRaised != other.state().isRaised()) {
            return isRaised ? one : other;
        }
        return one.severity().compareTo(other.severity()) >= 0 ? one : other;
    }

    private void write(JsonGenerator json, String id, Row row, @Nullable AlarmView alarm) throws IOException {
        Device device = row.device;
        json.writeStartObject();
        json.writeStringField("id", id);
        json.writeStringField("project", row.project);
        json.writeStringField("name", device == null ? id : text(device.name()));
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

    private static void writeValues(JsonGenerator json, Row row) throws IOException {
        json.writeObjectFieldStart("values");
        for (Map.Entry<Quantity, Value> value : row.values.entrySet()) {
            json.writeArrayFieldStart(value.getKey().key());
            Texts.value(json, value.getKey(), value.getValue().value());
            json.writeNumber(value.getValue().time());
            json.writeEndArray();
        }
        json.writeEndObject();
        writeOptional(json, "seen", row.seen == Long.MIN_VALUE ? null : row.seen);
        writeOptional(json, "rhythm", row.rhythm.isPresent() ? (long) row.rhythm.getAsInt() : null);
        writeOptional(json, "battery", number(row, Quantity.BATTERY));
        writeOptional(json, "signal", number(row, Quantity.SIGNAL));
        json.writeStringField("connector", row.connector);
    }

    private static @Nullable Long number(Row row, Quantity quantity) {
        Value value = row.values.get(quantity);
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

    /** What somebody typed. */
    private String text(String typed) {
        return masking.mask(typed.length() <= LONGEST_LABEL ? typed : typed.substring(0, LONGEST_LABEL) + "…");
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
