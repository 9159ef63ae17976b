package io.github.dtstream.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.event.Event;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventReaderTest {
    private static final long TIME = 1_780_000_000_000L;

    private static final List<String> NAMES = List.of(
            "value",
            "value",
            "temperature",
            "relativeHumidity",
            "signalStrength",
            "state",
            "errors",
            "ppm",
            "samples",
            "samples",
            "sampleTime",
            "cloudConnectors",
            "id",
            "isBackfilled",
            "updateTime",
            "is\\u0042ackfilled");
    private static final List<String> STATES = List.of(
            "PRESENT",
            "NOT_PRESENT",
            "OPEN",
            "2026-05-28T20:26:40Z",
            "2026-05-28T20:16:40.5Z",
            "c1",
            "c2",
            "",
            "C}B",
            "a\\\"b",
            "ü");
    private static final List<String> ODD = List.of(
            "null",
            "0",
            "-0",
            "-0.0",
            "0.0",
            "1e3",
            "-2.5E-7",
            "123456789012345",
            "1234567890123456",
            "0.1000",
            "[]",
            "{}");

    private final EventReader reader = new EventReader();

    private static Event event(String type, String data) {
        byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
        return new Event("e", type, "p", "d", "2026-05-28T20:26:40Z", bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "temperature; {'value':21.5,'isBackfilled':false,'updateTime':'2026-05-28T20:26:40Z'}; false; 0",
                "temperature; {'value':21.5,'isBackfilled':true,'updateTime':'2026-05-28T20:26:40Z'}; true; 0",
                "temperature; {'value':21.5,'isBackfilled' : true}; true; 0",
                "temperature; {'value':21.5,'is\\u0042ackfilled':true}; true; 0",
                "temperature; {'isBackfilled':false,'isBackfilled':true}; true; 0",
                "temperature; {'value':21.5,'isBackfilled'; false; 0",
                "temperature; {'note':'isBackfilled and cloudConnectors','value':21.5}; false; 0",
                "temperature; {'value':21.5,'cloudConnectors':[{'id':'c1'}]}; false; 1",
                "networkStatus; {'signalStrength':9,'cloudConnectors':[{'id':'c1'},{'rssi':-80,'id':'c2'}]}; false; 2",
                "networkStatus; {'signalStrength':9,'cloudConnectors':[]}; false; 0",
                "touch; {'isBackfilled':true}; false; 0",
                "unheardOf; {'isBackfilled':true,'cloudConnectors':[{'id':'c1'}]}; false; 0"
            })
    void readsTheSameOfAWholeEventWhetherItsQuantitiesAreWantedOrNot(
            String type, String data, boolean isBackfilled, int connectors) {
        Event event = event(type, data.replace('\'', '"'));

        reader.read(event, TIME);
        assertThat(reader.isBackfilled()).isEqualTo(isBackfilled);
        assertThat(reader.connectors()).hasSize(connectors);
        List<String> read = List.copyOf(reader.connectors());

        // Data of the event before must not remain.
        reader.read(event("humidity", "{\"isBackfilled\":true,\"cloudConnectors\":[{\"id\":\"c9\"}]}"), TIME);
        reader.readNoQuantity(event, TIME);
        assertThat(reader.isBackfilled()).isEqualTo(isBackfilled);
        assertThat(reader.connectors()).isEqualTo(read);
        assertThat(reader.readings()).isEmpty();
    }

    @Test
    void readsEachQuantityThatAnEventHas() {
        reader.read(event("humidity", "{\"temperature\":22.5,\"relativeHumidity\":41}"), TIME);

        assertThat(reader.readings())
                .containsExactly(
                        new Reading(Quantity.TEMPERATURE, TIME, 22.5, null),
                        new Reading(Quantity.HUMIDITY, TIME, 41, null));
    }

    @Test
    void takesSamplesForTheValueThatStandsBesideThem() {
        reader.read(
                event(
                        "temperature",
                        "{\"value\":3,\"samples\":[{\"value\":3,\"sampleTime\":\"2026-05-28T20:26:40Z\"},"
                                + "{\"value\":1,\"sampleTime\":\"2026-05-28T20:16:40Z\"}]}"),
                TIME);

        assertThat(reader.readings())
                .containsExactly(
                        new Reading(Quantity.TEMPERATURE, TIME - 600_000, 1, null),
                        new Reading(Quantity.TEMPERATURE, TIME, 3, null));
    }

    @Test
    void knowsTheFieldOfEachEventTypeOfEachQuantity() {
        for (Quantity quantity : Quantity.values()) {
            for (Map.Entry<String, String> field : quantity.fields().entrySet()) {
                String value = quantity == Quantity.ETHERNET || quantity == Quantity.CELLULAR
                        ? "[]"
                        : quantity.states().isEmpty()
                                ? "5"
                                : '"' + quantity.states().get(0) + '"';
                reader.read(event(field.getKey(), "{\"" + field.getValue() + "\":" + value + "}"), TIME);
                assertThat(reader.readings())
                        .as("%s in %s", quantity, field.getKey())
                        .extracting(Reading::quantity)
                        .containsExactly(quantity);
            }
        }
    }

    @Test
    void saysNothingOfWhatIsNotOfTheDocumentedForm() {
        reader.read(event("temperature", "{\"value\":\"warm\",\"samples\":[7]}"), TIME);
        assertThat(reader.readings()).isEmpty();

        reader.read(event("temperature", "{\"value\":[7]}"), TIME);
        assertThat(reader.readings()).isEmpty();

        reader.read(event("contact", "{\"state\":[]}"), TIME);
        assertThat(reader.readings()).isEmpty();
    }

    /** With a space in it, the data is left to the parser. */
    @Test
    void readsCompactDataAsAParserDoes() {
        SplittableRandom random = new SplittableRandom(11);
        List<String> types =
                List.of("temperature", "humidity", "networkStatus", "objectPresent", "cellularStatus", "co2");
        for (int i = 0; i < 50_000; i++) {
            String type = types.get(random.nextInt(types.size()));
            String data = randomData(random);
            reader.read(event(type, data.replaceFirst("\\{", "{ ")), TIME);
            List<Reading> readings = List.copyOf(reader.readings());
            List<String> connectors = List.copyOf(reader.connectors());
            boolean isBackfilled = reader.isBackfilled();

            reader.read(event(type, data), TIME);
            assertThat(reader.readings()).as("%s %s", type, data).isEqualTo(readings);
            assertThat(reader.connectors()).as("%s %s", type, data).isEqualTo(connectors);
            assertThat(reader.isBackfilled()).as("%s %s", type, data).isEqualTo(isBackfilled);

            reader.readNoQuantity(event(type, data), TIME);
            assertThat(reader.connectors()).as("%s %s", type, data).isEqualTo(connectors);
            assertThat(reader.isBackfilled()).as("%s %s", type, data).isEqualTo(isBackfilled);
        }
    }

    private static String randomData(SplittableRandom random) {
        List<String> members = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            members.add('"' + NAMES.get(random.nextInt(NAMES.size())) + "\":" + randomValue(random, 3));
        }
        return "{" + String.join(",", members) + "}";
    }

    private static String randomValue(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> String.valueOf(random.nextInt(4000) / 100.0 - 20);
            case 1 -> String.valueOf(random.nextLong() >> random.nextInt(64));
            case 2 -> (random.nextBoolean() ? "-" : "") + random.nextInt(3) + "." + random.nextLong(1, 1L << 60);
            case 3 -> '"' + STATES.get(random.nextInt(STATES.size())) + '"';
            case 4 -> random.nextBoolean() ? "true" : "false";
            case 5 -> ODD.get(random.nextInt(ODD.size()));
            case 6 -> randomData(random);
            default -> {
                List<String> elements = new ArrayList<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    elements.add(random.nextInt(4) > 0 ? randomData(random) : randomValue(random, depth - 1));
                }
                yield "[" + String.join(",", elements) + "]";
            }
        };
    }
}
