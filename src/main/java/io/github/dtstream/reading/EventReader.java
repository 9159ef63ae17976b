package io.github.dtstream.reading;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.dtstream.event.Event;
import io.github.dtstream.time.Timestamps;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the quantities of events. Data in an undocumented form has none; it must not stop the processing of other
 * events. Not thread-safe: the results of {@link #read} are valid until the next call.
 */
public final class EventReader {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Map<String, Map<String, Quantity>> FIELDS = fields();

    private static final byte[] CONNECTORS = "cloudConnectors".getBytes(US_ASCII);
    private static final byte[] BACKFILLED = "isBackfilled".getBytes(US_ASCII);
    private static final byte[] NOT_BACKFILLED = "isBackfilled\":false".getBytes(US_ASCII);
    private static final int CONNECTORS_C = "cloud".length();
    private static final int BACKFILLED_B = "is".length();

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long UPPER_B = 'B' * ONES;
    private static final long UPPER_C = 'C' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;

    private final List<Reading> readings = new ArrayList<>();
    private final List<String> connectors = new ArrayList<>();
    private final DataScan scan = new DataScan(readings, connectors);
    private boolean isBackfilled;

    private static Map<String, Map<String, Quantity>> fields() {
        Map<String, Map<String, Quantity>> fields = new HashMap<>();
        for (Quantity quantity : Quantity.values()) {
            quantity.fields()
                    .forEach((type, field) -> fields.computeIfAbsent(type, each -> new HashMap<>())
                            .put(field, quantity));
        }
        return fields;
    }

    /** The readings, oldest first. */
    public List<Reading> readings() {
        return readings;
    }

    /** The Cloud Connectors that received the event, if it names them. */
    public List<String> connectors() {
        return connectors;
    }

    /** Whether the event was kept in its sensor's memory before it was sent. */
    public boolean isBackfilled() {
        return isBackfilled;
    }

    /** @param time the time of measurement, in milliseconds since 1970 */
    public void read(Event event, long time) {
        readings.clear();
        connectors.clear();
        isBackfilled = false;
        Map<String, Quantity> wanted = FIELDS.get(event.eventType());
        if (wanted == null) {
            return;
        }
        Quantity pulse = wanted.get("");
        if (pulse != null) {
            readings.add(new Reading(pulse, time, Double.NaN, pulse.states().get(0)));
            return;
        }
        if (scan.read(event, wanted, time)) {
            isBackfilled = scan.isBackfilled();
        } else {
            readings.clear();
            connectors.clear();
            parse(event, wanted, time);
        }
    }

    private void parse(Event event, Map<String, Quantity> wanted, long time) {
        try (JsonParser parser = JSON.createParser(event.json(), event.dataOffset(), event.dataLength())) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                readData(parser, wanted, time);
            }
        } catch (IOException e) {
            readings.clear();
        }
    }

    /**
     * Reads only {@link #connectors} and {@link #isBackfilled}, without quantities. Most events have neither; a scan of
     * their bytes shows this in a tenth of the time.
     *
     * @param time the time of measurement, in milliseconds since 1970
     */
    public void readNoQuantity(Event event, long time) {
        if (mayConcernAll(event.json(), event.dataOffset(), event.dataOffset() + event.dataLength())) {
            read(event, time);
        } else {
            connectors.clear();
            isBackfilled = false;
        }
        readings.clear();
    }

    /** Scans eight bytes at a time for the three characters at which a name of interest may be. */
    private static boolean mayConcernAll(byte[] json, int from, int end) {
        int i = from;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            long eight = (long) LONGS.get(json, i);
            if ((zeroBytes(eight ^ UPPER_B) | zeroBytes(eight ^ UPPER_C) | zeroBytes(eight ^ BACKSLASHES)) != 0
                    && mayConcernAll(json, from, end, i, i + Long.BYTES)) {
                return true;
            }
        }
        return mayConcernAll(json, from, end, i, end);
    }

    private static boolean mayConcernAll(byte[] json, int from, int end, int first, int behind) {
        for (int i = first; i < behind; i++) {
            byte character = json[i];
            // A name may be written with escapes.
            if (character == '\\'
                    || character == 'C' && isAt(CONNECTORS, json, Math.max(from, i - CONNECTORS_C), end)
                    || character == 'B'
                            && isAt(BACKFILLED, json, Math.max(from, i - BACKFILLED_B), end)
                            && !isAt(NOT_BACKFILLED, json, i - BACKFILLED_B, end)) {
                return true;
            }
        }
        return false;
    }

    private static long zeroBytes(long eight) {
        return (eight - ONES) & ~eight & HIGH_BITS;
    }

    private static boolean isAt(byte[] name, byte[] json, int from, int end) {
        return end - from >= name.length && Arrays.mismatch(name, 0, name.length, json, from, from + name.length) < 0;
    }

    private void readData(JsonParser parser, Map<String, Quantity> wanted, long time) throws IOException {
        int plain = 0;
        String name;
        while ((name = parser.nextFieldName()) != null) {
            JsonToken token = parser.nextToken();
            Quantity quantity = wanted.get(name);
            if (quantity != null) {
                plain += add(parser, token, quantity, time) ? 1 : 0;
            } else if (name.equals("samples") && token == JsonToken.START_ARRAY) {
                readSamples(parser, wanted, time);
            } else if (name.equals("cloudConnectors") && token == JsonToken.START_ARRAY) {
                readConnectors(parser);
            } else if (name.equals("isBackfilled")) {
                isBackfilled = token == JsonToken.VALUE_TRUE;
            } else {
                parser.skipChildren();
            }
        }
        if (plain < readings.size()) {
            settleSamples(plain, wanted.size());
        }
    }

    /** Removes duplicates: the newest sample repeats the plain value. */
    private void settleSamples(int plain, int quantities) {
        boolean areMore = readings.size() - plain > quantities;
        readings.subList(areMore ? 0 : plain, areMore ? plain : readings.size()).clear();
        readings.sort((one, other) -> Long.compare(one.time(), other.time()));
    }

    private void readSamples(JsonParser parser, Map<String, Quantity> wanted, long time) throws IOException {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            int first = readings.size();
            long sampled = time;
            String name;
            while ((name = parser.nextFieldName()) != null) {
                JsonToken token = parser.nextToken();
                Quantity quantity = wanted.get(name);
                if (quantity != null) {
                    add(parser, token, quantity, time);
                } else if (name.equals("sampleTime")) {
                    sampled = time(parser.getValueAsString(), time);
                } else {
                    parser.skipChildren();
                }
            }
            for (int i = first; i < readings.size(); i++) {
                Reading reading = readings.get(i);
                readings.set(i, new Reading(reading.quantity(), sampled, reading.number(), reading.state()));
            }
        }
    }

    private void readConnectors(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            String name;
            while ((name = parser.nextFieldName()) != null) {
                JsonToken token = parser.nextToken();
                if (name.equals("id") && token == JsonToken.VALUE_STRING) {
                    connectors.add(parser.getText().intern());
                } else {
                    parser.skipChildren();
                }
            }
        }
    }

    private boolean add(JsonParser parser, JsonToken token, Quantity quantity, long time) throws IOException {
        boolean isOfErrors = quantity == Quantity.ETHERNET || quantity == Quantity.CELLULAR;
        if (token == JsonToken.START_ARRAY && isOfErrors) {
            // The array has samples, or is empty.
            boolean isEmpty = parser.nextToken() == JsonToken.END_ARRAY;
            while (!isEmpty && parser.currentToken() != JsonToken.END_ARRAY) {
                parser.skipChildren();
                parser.nextToken();
            }
            readings.add(
                    new Reading(quantity, time, Double.NaN, quantity.states().get(isEmpty ? 0 : 1)));
            return true;
        }
        if (token.isNumeric() && quantity.states().isEmpty()) {
            readings.add(new Reading(quantity, time, parser.getDoubleValue(), null));
            return true;
        }
        if (token == JsonToken.VALUE_STRING && !quantity.states().isEmpty()) {
            readings.add(
                    new Reading(quantity, time, Double.NaN, parser.getText().intern()));
            return true;
        }
        parser.skipChildren();
        return false;
    }

    private static long time(@Nullable String text, long otherwise) {
        try {
            return text == null ? otherwise : Timestamps.parse(text).toEpochMilli();
        } catch (DateTimeException e) {
            return otherwise;
        }
    }
}
