package io.github.dtstream.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.alarm.rule.Comparison;
import io.github.dtstream.alarm.rule.Condition;
import io.github.dtstream.alarm.rule.DeviceSelector;
import io.github.dtstream.alarm.rule.LatePolicy;
import io.github.dtstream.alarm.rule.Limit;
import io.github.dtstream.alarm.rule.Severity;
import io.github.dtstream.management.StreamFixture;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.series.value.SeriesKey;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent.Origin;
import io.github.dtstream.simulator.weather.Target;
import io.github.dtstream.text.Masking;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.web.Answer;
import io.github.dtstream.web.Requests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The values of a fridge and of its door, of the last quarter of an hour, and a gap of three hours before. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SeriesDocumentTest {
    private static final SeriesKey UNKNOWN = new SeriesKey("unknown", Quantity.TEMPERATURE);

    private final Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
    private final Instant gapFrom = now.minus(Duration.ofHours(4));
    private final Instant gapTo = now.minus(Duration.ofHours(1));
    private final List<AlarmRule> rules = new ArrayList<>();
    private final Masking masking = new Masking();

    private StreamFixture fixture;
    private RunningSeries series;
    private SeriesDocument document;
    private SeriesKey fridge;
    private SeriesKey door;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        masking.add(List.of("hunter2hunter2"));
        fixture = new StreamFixture(folder);
        String id = fixture.cloud()
                .addDevice(DeviceType.TEMPERATURE, Map.of("name", "Fridge hunter2hunter2", "limit", "6.5"));
        fridge = new SeriesKey(id, Quantity.TEMPERATURE);
        door = new SeriesKey(
                fixture.cloud().addDevice(DeviceType.CONTACT, Map.of("name", "Door; left")), Quantity.CONTACT);
        gap(folder);
        series = new RunningSeries(
                folder.resolve("series"), new MemoryBudget(1 << 24), Supervisor.system(), Clock.systemUTC());
        document = new SeriesDocument(series, () -> rules, new PastAlarms(List::of), masking);
        fixture.routes(exchange -> {}, "one");
        series.add(fixture.status().streams().get(0));
        for (int minute = 14; minute >= 5; minute--) {
            publish(fridge, "temperature", "{\"value\":" + (minute % 2 == 0 ? "4" : "5.5") + "}", minute);
        }
        publish(door, "contact", "{\"state\":\"CLOSED\"}", 10);
        publish(door, "contact", "{\"state\":\"OPEN\"}", 4);
        await().atMost(StreamFixture.PATIENCE)
                .until(() -> json(1_000, door).at("/series/0/v").size() == 2);
    }

    /** A gap of an earlier run, which cannot be filled as history does not answer. */
    private void gap(Path folder) throws Exception {
        Path file = folder.resolve("gaps/" + fixture.cloud().projectId() + "/default/gaps.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, """
                {"version":1,"nextId":2,"gaps":[{"id":1,"state":"open","from":"%s","to":"%s","reason":"reset",
                 "interruptions":1,"started":null,"ended":null}]}
                """.formatted(gapFrom, gapTo));
        fixture.cloud().faults().respond(Target.HISTORY, 100_000, 503);
    }

    @BeforeEach
    void withoutRules() {
        rules.clear();
    }

    @AfterAll
    void stop() {
        series.close();
        fixture.close();
    }

    private void publish(SeriesKey key, String type, String data, int minutesAgo) {
        fixture.cloud().publish(key.deviceId(), type, data, now.minus(Duration.ofMinutes(minutesAgo)), Origin.LIVE);
    }

    private SeriesRequest request(Duration age, int width, SeriesKey... keys) {
        return new SeriesRequest(List.of(keys), now.minus(age).toEpochMilli(), now.toEpochMilli(), width);
    }

    private JsonNode json(SeriesRequest request) throws Exception {
        return new ObjectMapper().readTree(document.json(request));
    }

    private JsonNode json(int width, SeriesKey... keys) throws Exception {
        return json(request(Duration.ofMinutes(15), width, keys));
    }

    private static AlarmRule rule(String name, DeviceSelector devices, Quantity quantity, Comparison... anyOf) {
        return new AlarmRule(
                name,
                devices,
                Optional.of(quantity),
                Optional.of(new Condition(List.of(anyOf), Duration.ZERO)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Severity.CRITICAL,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                LatePolicy.DIGEST);
    }

    @Test
    void hasEveryValueWhereTheGraphIsWideEnough() throws Exception {
        JsonNode json = json(1_000, fridge, door);

        assertThat(json.path("step").asInt()).isZero();
        JsonNode line = json.at("/series/0");
        assertThat(line.path("device").asText()).isEqualTo(fridge.deviceId());
        assertThat(line.path("name").asText()).isEqualTo("Fridge ***");
        assertThat(line.path("unit").asText()).isEqualTo("°C");
        assertThat(line.path("kind").asText()).isEqualTo("sampled");
        assertThat(line.path("v").toString()).isEqualTo("[4,5.5,4,5.5,4,5.5,4,5.5,4,5.5]");
        assertThat(line.at("/t/0").asLong())
                .isEqualTo(now.minus(Duration.ofMinutes(14)).toEpochMilli());
        assertThat(line.has("min")).isFalse();
        assertThat(json.at("/series/1/states").toString()).isEqualTo("[\"OPEN\",\"CLOSED\"]");
        assertThat(json.at("/series/1/v").toString()).isEqualTo("[1,0]");
        assertThat(json.path("sequence").asLong()).isEqualTo(series.versions().newest());
    }

    @Test
    void hasTheLeastAndTheGreatestValueOfEachStepWhereItIsNarrow() throws Exception {
        JsonNode json = json(2, fridge);

        assertThat(json.path("step").asLong()).isPositive();
        JsonNode line = json.at("/series/0");
        assertThat(line.has("v")).isFalse();
        assertThat(line.path("min").size()).isEqualTo(line.path("t").size()).isLessThan(10);
        int values = 0;
        for (JsonNode count : line.path("n")) {
            values += count.asInt();
        }
        assertThat(values).isEqualTo(10);
        assertThat(line.path("min")).contains(new ObjectMapper().readTree("4"));
        assertThat(line.path("max")).contains(new ObjectMapper().readTree("5.5"));
    }

    @Test
    void hasAnEmptyLineForASeriesThatNoStreamHas() throws Exception {
        JsonNode json = json(1_000, UNKNOWN, fridge);

        assertThat(json.at("/series/0/device").asText()).isEqualTo("unknown");
        assertThat(json.at("/series/0/name").asText()).isEqualTo("unknown");
        assertThat(json.at("/series/0/t").toString()).isEqualTo("[]");
        assertThat(json.at("/series/0/v").toString()).isEqualTo("[]");
        assertThat(json.at("/series/1/v")).hasSize(10);
        assertThat(json(1_000, UNKNOWN).path("gaps")).isEmpty();
    }

    @Test
    void showsTheGapsThatReachIntoTheSpan() throws Exception {
        JsonNode gaps = json(request(Duration.ofHours(2), 1_000, fridge, door)).path("gaps");

        assertThat(gaps).hasSize(1);
        assertThat(gaps.at("/0/from").asLong()).isEqualTo(gapFrom.toEpochMilli());
        assertThat(gaps.at("/0/to").asLong()).isEqualTo(gapTo.toEpochMilli());
        assertThat(json(request(Duration.ofHours(1), 1_000, fridge)).path("gaps"))
                .as("it ends where the span begins")
                .isEmpty();
        SeriesRequest before = new SeriesRequest(
                List.of(fridge), gapFrom.minusSeconds(60).toEpochMilli(), gapFrom.toEpochMilli(), 1_000);
        assertThat(json(before).path("gaps"))
                .as("it begins where the span ends")
                .isEmpty();
    }

    @Test
    void showsTheLimitsOfRulesForTheseDevicesAndQuantitiesByTheirLabels() throws Exception {
        rules.add(rule(
                "cold",
                DeviceSelector.ANY,
                Quantity.TEMPERATURE,
                new Comparison.Above(new Limit("limit", 8)),
                new Comparison.Below(Limit.of(-20))));
        rules.add(rule(
                "edge",
                new DeviceSelector(Set.of(fridge.deviceId()), Set.of(), Set.of(), Map.of()),
                Quantity.TEMPERATURE,
                new Comparison.AtLeast(Limit.of(7)),
                new Comparison.AtMost(Limit.of(1.5))));
        rules.add(rule(
                "no-number",
                DeviceSelector.ANY,
                Quantity.TEMPERATURE,
                new Comparison.Above(new Limit("none", Double.NaN))));
        rules.add(rule("open", DeviceSelector.ANY, Quantity.CONTACT, new Comparison.Is("OPEN")));
        rules.add(rule("other", DeviceSelector.ANY, Quantity.HUMIDITY, new Comparison.Above(Limit.of(80))));
        rules.add(rule(
                "others",
                new DeviceSelector(Set.of("d9"), Set.of(), Set.of(), Map.of()),
                Quantity.TEMPERATURE,
                new Comparison.Above(Limit.of(1))));

        JsonNode limits = json(1_000, fridge, door, UNKNOWN).path("limits");

        String common =
                "\"severity\":\"critical\",\"device\":\"" + fridge.deviceId() + "\",\"quantity\":\"temperature\",";
        assertThat(limits.toString())
                .isEqualTo("[{\"rule\":\"cold\"," + common + "\"above\":6.5},{\"rule\":\"cold\"," + common
                        + "\"below\":-20},{\"rule\":\"edge\"," + common + "\"atLeast\":7},{\"rule\":\"edge\"," + common
                        + "\"atMost\":1.5}]");
    }

    @Test
    void givesSpreadsheetsALineForEachValueOfOneSeriesAfterAnother() throws Exception {
        Answer csv = document.csv(request(Duration.ofMinutes(6), 1_000, fridge, UNKNOWN, door), ';');

        assertThat(csv.headers()).containsEntry("Content-Disposition", "attachment; filename=\"values.csv\"");
        assertThat(Requests.text(csv).split("\r\n"))
                .containsExactly(
                        "time;device;name;quantity;value;unit",
                        now.minus(Duration.ofMinutes(6)) + ";" + fridge.deviceId() + ";Fridge ***;temperature;4;°C",
                        now.minus(Duration.ofMinutes(5)) + ";" + fridge.deviceId() + ";Fridge ***;temperature;5.5;°C",
                        now.minus(Duration.ofMinutes(4)) + ";" + door.deviceId() + ";\"Door; left\";contact;OPEN;");
    }
}
