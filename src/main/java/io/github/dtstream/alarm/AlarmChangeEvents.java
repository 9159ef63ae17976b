package io.github.dtstream.alarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmChange.GapChange;
import io.github.dtstream.alarm.change.AlarmChange.Member;
import io.github.dtstream.alarm.change.AlarmChange.Notification;
import io.github.dtstream.alarm.change.AlarmChange.Occasion;
import io.github.dtstream.alarm.change.AlarmChange.Person;
import io.github.dtstream.alarm.change.AlarmChange.Transition;
import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmInput.Acknowledge;
import io.github.dtstream.alarm.change.AlarmInput.Comment;
import io.github.dtstream.alarm.change.AlarmInput.DeviceJoined;
import io.github.dtstream.alarm.change.AlarmInput.DeviceLeft;
import io.github.dtstream.alarm.change.AlarmInput.GapChanged;
import io.github.dtstream.alarm.change.AlarmInput.Shelve;
import io.github.dtstream.alarm.change.AlarmInput.StreamSilent;
import io.github.dtstream.alarm.change.AlarmInput.TimePassed;
import io.github.dtstream.alarm.change.AlarmInput.Unshelve;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.rule.Severity;
import io.github.dtstream.event.Event;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.InvalidRecordException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Converts the entries of an alarm journal to events and back: {@code {"eventId":…,"targetName":"projects/P/devices/D",
 * "eventType":"alarm","data":{"alarm":{"kind":"transition|notification|gap|input|edit",…}},"timestamp":…}}, with fields
 * in camelCase and the labels of enums. Reading is thread-safe; for writing, each thread has its own.
 */
public final class AlarmChangeEvents {
    /** The event type of all entries. */
    public static final String TYPE = "alarm";

    private static final String TRANSITION = "transition";
    private static final String NOTIFICATION = "notification";
    private static final String GAP = "gap";
    private static final String INPUT = "input";
    private static final String EDIT = "edit";
    private static final String DEVICE_JOINED = "device-joined";
    private static final String DEVICE_LEFT = "device-left";
    private static final String STREAM_SILENT = "stream-silent";
    private static final String TIME_PASSED = "time-passed";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final EnvelopeDecoder decoder = new EnvelopeDecoder();

    /** A change as an event of its project, or of its device if it is about one device. */
    public Event event(String projectId, AlarmChange change) {
        String deviceId = null;
        if (change instanceof Transition transition) {
            deviceId = transition.key().deviceId();
        } else if (change instanceof Notification notification && notification.count() == 1) {
            List<Member> members = notification.members();
            deviceId = members.size() == 1 ? members.get(0).key().deviceId() : null;
        }
        return event(projectId, deviceId, change.id(), change.time(), json(change));
    }

    /** The JSON of a change, which is the event's member {@code data.alarm}. */
    public static ObjectNode json(AlarmChange change) {
        ObjectNode alarm = JSON.createObjectNode();
        if (change instanceof Transition transition) {
            alarm.put("kind", TRANSITION).put("change", transition.kind().label());
            put(alarm, transition);
        } else if (change instanceof Notification notification) {
            alarm.put("kind", NOTIFICATION);
            put(alarm, notification);
        } else if (change instanceof GapChange gap) {
            alarm.put("kind", GAP).put("gap", gap.gap()).put("isFilled", gap.isFilled());
        }
        return alarm;
    }

    /** An input of the engine, as an event. */
    Event event(String projectId, AlarmEntry.Told told) {
        AlarmInput input = told.input();
        ObjectNode alarm = JSON.createObjectNode().put("kind", INPUT).put("after", told.after());
        String deviceId = null;
        if (input instanceof Acknowledge acknowledge) {
            deviceId = put(alarm, "acknowledge", acknowledge.key(), acknowledge.person());
        } else if (input instanceof Shelve shelve) {
            deviceId = put(alarm, "shelve", shelve.key(), shelve.person());
        } else if (input instanceof Unshelve unshelve) {
            deviceId = put(alarm, "unshelve", unshelve.key(), unshelve.person());
        } else if (input instanceof Comment comment) {
            deviceId = put(alarm, "comment", comment.key(), comment.person());
        } else if (input instanceof GapChanged gap) {
            alarm.put("input", GAP).put("gap", gap.gap()).put("isFilled", gap.isFilled());
            alarm.put("time", gap.time().toString());
        } else if (input instanceof DeviceJoined joined) {
            deviceId = joined.deviceId();
            alarm.put("input", DEVICE_JOINED).put("deviceId", deviceId);
            alarm.put("time", joined.time().toString());
        } else if (input instanceof DeviceLeft left) {
            deviceId = left.deviceId();
            alarm.put("input", DEVICE_LEFT).put("deviceId", deviceId);
            alarm.put("time", left.time().toString());
        } else if (input instanceof StreamSilent silent) {
            alarm.put("input", STREAM_SILENT).put("since", silent.since().toString());
            alarm.put("time", silent.time().toString()).put("reason", silent.reason());
        } else if (input instanceof TimePassed passed) {
            alarm.put("input", TIME_PASSED).put("time", passed.time().toString());
        }
        return event(projectId, deviceId, input.id(), told.time(), alarm);
    }

    /** An edit of the rules, as an event. */
    Event event(String projectId, AlarmEntry.Edited edited) {
        ObjectNode alarm = JSON.createObjectNode()
                .put("kind", EDIT)
                .put("after", edited.after())
                .put("rules", edited.rules());
        return event(projectId, null, edited.id(), edited.time(), alarm);
    }

    /**
     * Reads an event of an alarm journal.
     *
     * @throws IOException if its content is not known
     */
    public static AlarmEntry read(Event event) throws IOException {
        try {
            JsonNode alarm = JSON.readTree(event.json()).path("data").path(TYPE);
            Instant time = Instant.parse(event.timestamp());
            String kind = alarm.path("kind").asText();
            return switch (kind) {
                case TRANSITION -> new AlarmEntry.Changed(transition(event.eventId(), time, alarm));
                case NOTIFICATION -> new AlarmEntry.Changed(notification(event.eventId(), time, alarm));
                case GAP ->
                    new AlarmEntry.Changed(new GapChange(
                            event.eventId(),
                            time,
                            alarm.path("gap").asLong(),
                            alarm.path("isFilled").asBoolean()));
                case INPUT ->
                    new AlarmEntry.Told(
                            input(event.eventId(), alarm), alarm.path("after").asLong(), time);
                case EDIT ->
                    new AlarmEntry.Edited(
                            event.eventId(),
                            alarm.path("after").asLong(),
                            time,
                            alarm.path("rules").asText());
                default -> throw new IOException("an entry of the kind '" + kind + "' is not known here");
            };
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException(
                    "the event " + event.eventId() + " is no entry of an alarm journal: " + e.getMessage(), e);
        }
    }

    /**
     * The change that an event of an alarm journal holds; empty if it is another entry, which is for the service only.
     *
     * @throws IOException if its content is not known
     */
    public static Optional<AlarmChange> change(Event event) throws IOException {
        return read(event) instanceof AlarmEntry.Changed changed ? Optional.of(changed.change()) : Optional.empty();
    }

    private Event event(String projectId, @Nullable String deviceId, String id, Instant time, ObjectNode alarm) {
        // An alarm about the stream itself has no device.
        boolean isOfProject = deviceId == null || deviceId.isEmpty();
        ObjectNode event = JSON.createObjectNode()
                .put("eventId", id)
                .put("targetName", "projects/" + projectId + (isOfProject ? "" : "/devices/" + deviceId))
                .put("eventType", TYPE);
        event.putObject("data").set(TYPE, alarm);
        event.put("timestamp", time.toString());
        byte[] bytes = event.toString().getBytes(StandardCharsets.UTF_8);
        try {
            return decoder.decodeEvent(bytes, 0, bytes.length);
        } catch (InvalidRecordException e) {
            throw new IllegalStateException(
                    "no event can be made of the alarm change " + id + ": " + e.getMessage(), e);
        }
    }

    private static void put(ObjectNode alarm, Transition transition) {
        put(alarm, transition.key());
        alarm.put("deviceName", transition.deviceName())
                .put("state", transition.state().label())
                .put("severity", transition.severity().label())
                .put("since", transition.since().toString())
                .put("value", transition.value())
                .put("isLate", transition.isLate())
                .put("isStale", transition.isStale())
                .put("reason", transition.reason());
        transition.person().ifPresent(person -> put(alarm, person));
    }

    private static void put(ObjectNode alarm, Notification notification) {
        alarm.put("rule", notification.rule())
                .put("occasion", notification.occasion().label())
                .put("severity", notification.severity().label())
                .put("step", notification.step())
                .put("to", notification.to())
                .put("group", notification.group())
                .put("count", notification.count())
                .put("text", notification.text());
        var members = alarm.putArray("members");
        for (Member member : notification.members()) {
            ObjectNode one = members.addObject();
            put(one, member.key());
            one.put("deviceName", member.deviceName())
                    .put("since", member.since().toString())
                    .put("value", member.value());
        }
    }

    private static String put(ObjectNode alarm, String input, AlarmKey key, Person person) {
        alarm.put("input", input);
        put(alarm, key);
        put(alarm, person);
        return key.deviceId();
    }

    private static void put(ObjectNode alarm, AlarmKey key) {
        alarm.put("rule", key.rule())
                .put("deviceId", key.deviceId())
                .put("subject", key.subject().label());
    }

    private static void put(ObjectNode alarm, Person person) {
        ObjectNode json = alarm.putObject("person").put("name", person.name()).put("comment", person.comment());
        if (person.until() != null) {
            json.put("until", person.until().toString());
        }
    }

    private static Transition transition(String id, Instant time, JsonNode alarm) {
        return new Transition(
                id,
                time,
                labelled(AlarmChange.Kind.values(), AlarmChange.Kind::label, alarm.path("change")),
                key(alarm),
                alarm.path("deviceName").asText(),
                labelled(AlarmState.values(), AlarmState::label, alarm.path("state")),
                severity(alarm),
                Instant.parse(alarm.path("since").asText()),
                alarm.path("value").asText(),
                alarm.path("isLate").asBoolean(),
                alarm.path("isStale").asBoolean(),
                alarm.path("reason").asText(),
                alarm.has("person") ? Optional.of(person(alarm)) : Optional.empty());
    }

    private static Notification notification(String id, Instant time, JsonNode alarm) {
        List<Member> members = new ArrayList<>();
        for (JsonNode member : alarm.path("members")) {
            members.add(new Member(
                    key(member),
                    member.path("deviceName").asText(),
                    Instant.parse(member.path("since").asText()),
                    member.path("value").asText()));
        }
        return new Notification(
                id,
                time,
                alarm.path("rule").asText(),
                labelled(Occasion.values(), Occasion::label, alarm.path("occasion")),
                severity(alarm),
                alarm.path("step").asInt(),
                alarm.path("to").asText(),
                alarm.path("group").asText(),
                alarm.path("count").asInt(),
                members,
                alarm.path("text").asText());
    }

    private static AlarmInput input(String id, JsonNode alarm) {
        String input = alarm.path("input").asText();
        return switch (input) {
            case "acknowledge" -> new Acknowledge(id, key(alarm), person(alarm));
            case "shelve" -> new Shelve(id, key(alarm), person(alarm));
            case "unshelve" -> new Unshelve(id, key(alarm), person(alarm));
            case "comment" -> new Comment(id, key(alarm), person(alarm));
            case GAP ->
                new GapChanged(
                        id,
                        alarm.path("gap").asLong(),
                        Instant.parse(alarm.path("time").asText()),
                        alarm.path("isFilled").asBoolean());
            case DEVICE_JOINED ->
                new DeviceJoined(
                        id,
                        alarm.path("deviceId").asText(),
                        Instant.parse(alarm.path("time").asText()));
            case DEVICE_LEFT ->
                new DeviceLeft(
                        id,
                        alarm.path("deviceId").asText(),
                        Instant.parse(alarm.path("time").asText()));
            case STREAM_SILENT ->
                new StreamSilent(
                        id,
                        Instant.parse(alarm.path("since").asText()),
                        Instant.parse(alarm.path("time").asText()),
                        alarm.path("reason").asText());
            case TIME_PASSED ->
                new TimePassed(id, Instant.parse(alarm.path("time").asText()));
            default -> throw new IllegalArgumentException("there is no input '" + input + "'");
        };
    }

    private static AlarmKey key(JsonNode json) {
        return new AlarmKey(
                json.path("rule").asText(),
                json.path("deviceId").asText(),
                labelled(AlarmKey.Subject.values(), AlarmKey.Subject::label, json.path("subject")));
    }

    private static Person person(JsonNode alarm) {
        JsonNode json = alarm.path("person");
        String until = json.path("until").asText();
        return new Person(
                json.path("name").asText(),
                json.path("comment").asText(),
                until.isEmpty() ? null : Instant.parse(until));
    }

    private static Severity severity(JsonNode alarm) {
        return labelled(Severity.values(), Severity::label, alarm.path("severity"));
    }

    private static <E> E labelled(E[] values, Function<E, String> label, JsonNode text) {
        for (E value : values) {
            if (label.apply(value).equals(text.asText())) {
                return value;
            }
        }
        throw new IllegalArgumentException("'" + text.asText() + "' is none of " + List.of(values));
    }
}
