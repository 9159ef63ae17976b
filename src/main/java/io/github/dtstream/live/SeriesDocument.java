package io.github.dtstream.live;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.alarm.rule.Comparison;
import io.github.dtstream.alarm.rule.Condition;
import io.github.dtstream.alarm.rule.Limit;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.reading.Quantity.Kind;
import io.github.dtstream.series.Graph;
import io.github.dtstream.series.Line;
import io.github.dtstream.series.SeriesIndex;
import io.github.dtstream.series.value.SeriesKey;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.text.Masking;
import io.github.dtstream.web.Answer;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /api/series} and {@code /api/series.csv}: values of some series over a span. Thread-safe. */
final class SeriesDocument {
    private final RunningSeries series;
    private final Supplier<List<AlarmRule>> rules;
    private final PastAlarms pastAlarms;
    private final Masking masking;

    /** @param rules gives the alarm rules in force */
    SeriesDocument(RunningSeries series, Supplier<List<AlarmRule>> rules, PastAlarms pastAlarms, Masking masking) {
        this.series = series;
        this.rules = rules;
        this.pastAlarms = pastAlarms;
        this.masking = masking;
    }

    /** A requested series, and the stream and index that have it. */
    private record Wanted(
            SeriesKey key,
            @Nullable EventStream stream,
            @Nullable SeriesIndex index) {
        @Nullable
        Device device() {
            return stream == null ? null : stream.device(key.deviceId()).orElse(null);
        }
    }

    private List<Wanted> wanted(SeriesRequest request) {
        List<Wanted> found = new ArrayList<>();
        for (SeriesKey key : request.keys()) {
            found.add(series.of(key)
                    .map(each -> new Wanted(key, each.getKey(), each.getValue()))
                    .orElseGet(() -> new Wanted(key, null, null)));
        }
        return found;
    }

    byte[] json(SeriesRequest request) {
        long version = series.versions().newest();
        List<Wanted> wanted = wanted(request);
        List<Graph> graphs = graphs(request, wanted);
        Map<SeriesKey, Line> lines = new HashMap<>();
        graphs.forEach(graph -> graph.lines().forEach(line -> lines.put(line.key(), line)));
        return Texts.json(json -> {
            json.writeStartObject();
            json.writeNumberField("from", request.from());
            json.writeNumberField("to", request.to());
            json.writeNumberField(
                    "step", graphs.stream().mapToLong(Graph::step).max().orElse(0));
            json.writeNumberField("sequence", version);
            json.writeArrayFieldStart("series");
            for (Wanted each : wanted) {
                writeSeries(json, each, lines.get(each.key()));
            }
            json.writeEndArray();
            writeGaps(json, request, wanted);
            writeLimits(json, wanted);
            pastAlarms.write(json, request);
            json.writeEndObject();
        });
    }

    /** A graph for each index; the series of one project usually are in one index. */
    private static List<Graph> graphs(SeriesRequest request, List<Wanted> wanted) {
        Map<SeriesIndex, List<SeriesKey>> byIndex = new LinkedHashMap<>();
        for (Wanted each : wanted) {
            if (each.index() != null) {
                byIndex.computeIfAbsent(each.index(), any -> new ArrayList<>()).add(each.key());
            }
        }
        List<Graph> graphs = new ArrayList<>();
        byIndex.forEach((index, keys) -> graphs.add(index.graph(keys, request.from(), request.to(), request.width())));
        return graphs;
    }

    private void writeSeries(JsonGenerator json, Wanted wanted, @Nullable Line line) throws IOException {
        Quantity quantity = wanted.key().quantity();
        json.writeStartObject();
        json.writeStringField("device", wanted.key().deviceId());
        json.writeStringField("name", name(wanted));
        json.writeStringField("quantity", quantity.key());
        json.writeStringField("unit", quantity.unit());
        json.writeStringField("kind", quantity.kind().name().toLowerCase(Locale.ROOT));
        json.writeArrayFieldStart("states");
        for (String state : quantity.states()) {
            json.writeString(state);
        }
        json.writeEndArray();
        long[] times = line == null ? new long[0] : line.times();
        json.writeFieldName("t");
        json.writeArray(times, 0, times.length);
        if (line == null || line.counts().length == 0) {
            writeNumbers(json, "v", line == null ? new double[0] : line.min());
        } else {
            writeNumbers(json, "min", line.min());
            writeNumbers(json, "max", line.max());
            json.writeFieldName("n");
            json.writeArray(line.counts(), 0, line.counts().length);
        }
        json.writeEndObject();
    }

    private static void writeNumbers(JsonGenerator json, String name, double[] numbers) throws IOException {
        json.writeArrayFieldStart(name);
        for (double number : numbers) {
            Texts.number(json, number);
        }
        json.writeEndArray();
    }

    private String name(Wanted wanted) {
        Device device = wanted.device();
        return device == null ? wanted.key().deviceId() : masking.mask(device.name());
    }

    private static void writeGaps(JsonGenerator json, SeriesRequest request, List<Wanted> wanted) throws IOException {
        Set<EventStream> streams = new LinkedHashSet<>();
        wanted.forEach(each -> {
            if (each.stream() != null) {
                streams.add(each.stream());
            }
        });
        json.writeArrayFieldStart("gaps");
        for (EventStream stream : streams) {
            for (Gap gap : stream.gaps()) {
                Instant to = gap.to();
                boolean isSeen =
                        gap.from().toEpochMilli() < request.to() && (to == null || to.toEpochMilli() > request.from());
                if (isSeen) {
                    json.writeStartObject();
                    json.writeNumberField("from", gap.from().toEpochMilli());
                    writeTime(json, "to", to);
                    json.writeStringField("state", gap.state().label());
                    json.writeEndObject();
                }
            }
        }
        json.writeEndArray();
    }

    static void writeTime(JsonGenerator json, String name, @Nullable Instant time) throws IOException {
        json.writeFieldName(name);
        if (time == null) {
            json.writeNull();
        } else {
            json.writeNumber(time.toEpochMilli());
        }
    }

    /** Writes the limits of the alarm rules in force for these devices. */
    private void writeLimits(JsonGenerator json, List<Wanted> wanted) throws IOException {
        json.writeArrayFieldStart("limits");
        for (AlarmRule rule : rules.get()) {
            for (Wanted each : wanted) {
                Device device = each.device();
                if (device != null && isOf(rule, each.key().quantity(), device)) {
                    for (Comparison comparison :
                            rule.raise().map(Condition::anyOf).orElse(List.of())) {
                        writeLimit(json, rule, device, comparison);
                    }
                }
            }
        }
        json.writeEndArray();
    }

    private static boolean isOf(AlarmRule rule, Quantity quantity, Device device) {
        return rule.quantity().filter(quantity::equals).isPresent()
                && rule.devices().matches(device);
    }

    private static void writeLimit(JsonGenerator json, AlarmRule rule, Device device, Comparison comparison)
            throws IOException {
        String name;
        Limit limit;
        if (comparison instanceof Comparison.Above above) {
            name = "above";
            limit = above.limit();
        } else if (comparison instanceof Comparison.Below below) {
            name = "below";
            limit = below.limit();
        } else if (comparison instanceof Comparison.AtLeast atLeast) {
            name = "atLeast";
            limit = atLeast.limit();
        } else if (comparison instanceof Comparison.AtMost atMost) {
            name = "atMost";
            limit = atMost.limit();
        } else {
            return;
        }
        double number = limit.in(device.labels());
        if (Double.isFinite(number)) {
            json.writeStartObject();
            json.writeStringField("rule", rule.name());
            json.writeStringField("severity", rule.severity().label());
            json.writeStringField("device", device.id());
            json.writeStringField("quantity", rule.quantity().map(Quantity::key).orElse(""));
            json.writeFieldName(name);
            Texts.number(json, number);
            json.writeEndObject();
        }
    }

    /** All values, a line each, as a streamed answer. */
    Answer csv(SeriesRequest request, char separator) {
        List<Wanted> wanted = wanted(request);
        return Answer.streamed("text/csv; charset=utf-8", out -> {
                    Csv csv = new Csv(out, separator);
                    csv.line("time", "device", "name", "quantity", "value", "unit");
                    for (Wanted each : wanted) {
                        writeCsv(csv, each, request);
                    }
                    csv.flush();
                })
                .with("Content-Disposition", "attachment; filename=\"values.csv\"");
    }

    private void writeCsv(Csv csv, Wanted wanted, SeriesRequest request) throws IOException {
        SeriesIndex index = wanted.index();
        if (index == null) {
            return;
        }
        Quantity quantity = wanted.key().quantity();
        String name = name(wanted);
        csv.unchecked(lines -> index.values(
                wanted.key(),
                request.from(),
                request.to(),
                (time, value) -> lines.line(
                        Instant.ofEpochMilli(time).toString(),
                        wanted.key().deviceId(),
                        name,
                        quantity.key(),
                        quantity.kind() == Kind.STATE || quantity.kind() == Kind.PULSE
                                ? Texts.state(quantity, value)
                                : Texts.plain(value),
                        quantity.unit())));
    }
}
