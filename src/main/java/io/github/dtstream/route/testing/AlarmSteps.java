package io.github.dtstream.route.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmChange.Person;
import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmKey.Subject;
import io.github.dtstream.alarm.engine.AlarmEngine;
import io.github.dtstream.alarm.file.Spans;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.reading.Quantity.Kind;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.InvalidRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Gives an alarm engine the steps of a test case. Used once, by one thread. */
final class AlarmSteps {
    /** The begin of every case; {@code at: 15m} is a quarter of an hour later. */
    static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private static final List<String> PEOPLE = List.of("acknowledge", "shelve", "unshelve", "comment");

    /** The keys of a step, including quantities and the fields of a whole event. */
    static final List<String> KEYS = Stream.of(
                    Stream.of(
                            "at",
                            "device",
                            "source",
                            "backfilled",
                            "pings-until",
                            "by",
                            "note",
                            "until",
                            "subject",
                            "gap",
                            "left",
                            "interrupted-until"),
                    Stream.of("eventId", "targetName", "eventType", "data", "timestamp"),
                    PEOPLE.stream(),
                    carried().map(Quantity::key))
            .flatMap(keys -> keys)
            .toList();

    /** The interval of simulated pings. */
    private static final Duration PING = Duration.ofSeconds(30);

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final AlarmEngine engine;
    private final Consumer<AlarmChange> changes;
    private final EnvelopeDecoder decoder = new EnvelopeDecoder();
    private Instant received = BEGIN;
    private long sequence;
    private int inputs;

    AlarmSteps(AlarmEngine engine, Consumer<AlarmChange> changes) {
        this.engine = engine;
        this.changes = changes;
    }

    /** The quantities that events carry. */
    private static Stream<Quantity> carried() {
        return Arrays.stream(Quantity.values())
                .filter(quantity -> !quantity.fields().isEmpty());
    }

    /**
     * Gives the engine one step.
     *
     * @throws IllegalArgumentException if the step is wrong; the message says how
     */
    void take(JsonNode step) {
        if (step.has("pings-until")) {
            pings(time(step.path("pings-until").asText()));
        } else if (step.has("interrupted-until")) {
            silence(time(step.path("interrupted-until").asText()));
        } else if (step.has("eventType")) {
            record(
                    (ObjectNode) step.deepCopy(),
                    Instant.parse(step.path("timestamp").asText()),
                    step);
        } else if (PEOPLE.stream().anyMatch(step::has)) {
            engine.on(person(step), changes);
        } else if (step.has("gap")) {
            boolean isFilled = choice(step, "gap", "opened", "filled").equals("filled");
            engine.on(new AlarmInput.GapChanged(nextInput(), 1, at(step), isFilled), changes);
        } else if (step.has("left")) {
            engine.on(new AlarmInput.DeviceLeft(nextInput(), step.path("left").asText(), at(step)), changes);
        } else {
            value(step);
        }
    }

    /** Parses a time of a test: a duration since its begin, or a date and time. */
    static Instant time(String text) {
        return text.contains("T")
                ? Instant.parse(text)
                : Spans.parse(text)
                        .map(BEGIN::plus)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "'" + text + "' is no time; write 15m for a quarter of an hour after the beginning"));
    }

    private Instant at(JsonNode step) {
        return step.has("at") ? time(step.path("at").asText()) : received;
    }

    private static String choice(JsonNode step, String key, String one, String other) {
        String text = step.path(key).asText(one);
        if (!text.equals(one) && !text.equals(other)) {
            throw new IllegalArgumentException("'" + key + "' is '" + text + "'; it can be " + one + " or " + other);
        }
        return text;
    }

    private void pings(Instant until) {
        for (Instant next = received.plus(PING); !next.isAfter(until); next = next.plus(PING)) {
            ObjectNode ping = event("ping", "", next);
            ping.putNull("data");
            record(ping, next, JSON.objectNode());
        }
    }

    /** Simulates an interruption of the stream: tells the engine at intervals since when nothing was received. */
    private void silence(Instant until) {
        for (Instant next = received.plus(PING); !next.isAfter(until); next = next.plus(PING)) {
            engine.on(new AlarmInput.StreamSilent(nextInput(), received, next, ""), changes);
        }
    }

    private void value(JsonNode step) {
        Quantity quantity = carried()
                .filter(one -> step.has(one.key()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "nothing happens in " + step + "; write for example {at: 15m, device: d1, temperature: 8.5}"));
        Instant time = at(step);
        String type = quantity.fields().keySet().stream()
                .filter(name -> name.equals(quantity.key()))
                .findFirst()
                .orElseGet(() -> quantity.fields().keySet().iterator().next());
        ObjectNode event = event(type, step.path("device").asText("d1"), time);
        ObjectNode data = event.putObject("data").putObject(type);
        JsonNode value = step.path(quantity.key());
        String field = quantity.fields().getOrDefault(type, "");
        if (field.equals("errors")) {
            data.putArray(field)
                    .addAll(
                            value.asText().equals("OK")
                                    ? List.of()
                                    : List.of(JSON.objectNode().put("code", "1")));
        } else if (quantity.kind() != Kind.PULSE) {
            data.set(field, value);
        }
        if (step.path("backfilled").asBoolean()) {
            data.put("isBackfilled", true);
        }
        record(event, time, step);
    }

    private ObjectNode event(String type, String device, Instant time) {
        String target = "projects/p" + (device.isEmpty() ? "" : "/devices/" + device);
        return JSON.objectNode()
                .put("eventId", "e" + (sequence + 1))
                .put("targetName", target)
                .put("eventType", type)
                .put("timestamp", time.toString());
    }

    /** Gives the engine an event. An event from history has the time of the newest live one as its time of receipt. */
    private void record(ObjectNode event, Instant time, JsonNode step) {
        boolean isLive = choice(step, "source", "live", "history").equals("live");
        event.remove("source");
        if (isLive && time.isAfter(received)) {
            received = time;
        }
        byte[] json = event.toString().getBytes(StandardCharsets.UTF_8);
        try {
            Event decoded = decoder.decodeEvent(json, 0, json.length);
            sequence++;
            engine.on(new JournalRecord(sequence, received, isLive ? Source.LIVE : Source.HISTORY, decoded), changes);
        } catch (InvalidRecordException e) {
            throw new IllegalArgumentException("it is no event: " + e.getMessage(), e);
        }
    }

    private AlarmInput person(JsonNode step) {
        String what = PEOPLE.stream().filter(step::has).findFirst().orElseThrow();
        Subject subject = choice(step, "subject", Subject.VALUE.label(), Subject.NO_DATA.label())
                        .equals(Subject.VALUE.label())
                ? Subject.VALUE
                : Subject.NO_DATA;
        AlarmKey key =
                new AlarmKey(step.path(what).asText(), step.path("device").asText("d1"), subject);
        Instant until = step.has("until") ? time(step.path("until").asText()) : null;
        Person person =
                new Person(step.path("by").asText("somebody"), step.path("note").asText(""), until);
        return switch (what) {
            case "acknowledge" -> new AlarmInput.Acknowledge(nextInput(), key, person);
            case "shelve" -> new AlarmInput.Shelve(nextInput(), key, person);
            case "unshelve" -> new AlarmInput.Unshelve(nextInput(), key, person);
            default -> new AlarmInput.Comment(nextInput(), key, person);
        };
    }

    private String nextInput() {
        inputs++;
        return "i" + inputs;
    }
}
