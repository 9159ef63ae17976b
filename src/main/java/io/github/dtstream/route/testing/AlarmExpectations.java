package io.github.dtstream.route.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmChange.Kind;
import io.github.dtstream.alarm.change.AlarmChange.Notification;
import io.github.dtstream.alarm.change.AlarmChange.Transition;
import io.github.dtstream.alarm.file.Spans;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares the changes of an alarm engine with those that a test case expects. Pure. */
final class AlarmExpectations {
    private static final List<String> CHANGE = List.of(
            "at",
            "change",
            "alarm",
            "subject",
            "device",
            "name",
            "state",
            "severity",
            "value",
            "late",
            "stale",
            "reason",
            "by");
    private static final List<String> TELL =
            List.of("at", "tell", "alarm", "severity", "step", "to", "group", "count", "devices", "text");

    /** The keys that an expectation may have. */
    static final List<String> KEYS =
            Stream.concat(CHANGE.stream(), TELL.stream()).distinct().toList();

    /** Intermediate changes. They count only in cases that expect one of them. */
    private static final Set<String> ON_THE_WAY = Stream.of(Kind.PENDING, Kind.WITHDRAWN, Kind.STALE, Kind.FRESH)
            .map(Kind::label)
            .collect(Collectors.toSet());

    private AlarmExpectations() {}

    /** The differences from the expectations, each as a text; empty if there are none. */
    static List<String> failures(List<AlarmChange> changes, JsonNode expected, boolean othersMatter) {
        List<ObjectNode> left = new ArrayList<>();
        changes.forEach(change -> shown(change).ifPresent(left::add));
        List<String> failures = new ArrayList<>();
        for (JsonNode one : expected) {
            claim(normal(one), left).ifPresent(failures::add);
        }
        if (othersMatter) {
            left.stream().filter(one -> matters(one, expected)).forEach(one -> failures.add("not expected: " + one));
        }
        return failures;
    }

    /** Whether an unexpected change or notification fails the case: a case tests changes, or notifications, or both. */
    private static boolean matters(JsonNode one, JsonNode expected) {
        boolean isChange = one.has("change");
        boolean isAbout = expected.isEmpty();
        boolean isAboutTheWay = false;
        for (JsonNode other : expected) {
            isAbout |= other.has(isChange ? "change" : "tell");
            isAboutTheWay |= ON_THE_WAY.contains(other.path("change").asText());
        }
        return isAbout
                && (isAboutTheWay || !ON_THE_WAY.contains(one.path("change").asText()));
    }

    private static Optional<String> claim(JsonNode expected, List<ObjectNode> left) {
        for (Iterator<ObjectNode> all = left.iterator(); all.hasNext(); ) {
            if (JsonSubset.differences(expected, all.next()).isEmpty()) {
                all.remove();
                return Optional.empty();
            }
        }
        String kind = expected.has("tell") ? "tell" : "change";
        String nearest = left.stream()
                .filter(one -> one.has(kind))
                .min(Comparator.comparingInt(
                        one -> JsonSubset.differences(expected, one).size()))
                .map(one -> "; the nearest was " + one + "\n  "
                        + String.join("\n  ", JsonSubset.differences(expected, one)))
                .orElse("; there was none");
        return Optional.of("expected " + expected + nearest);
    }

    /** The expectation with its time in a normal form, so that 60m equals 1h. */
    private static JsonNode normal(JsonNode expected) {
        if (!expected.has("at")) {
            return expected;
        }
        ObjectNode normal = expected.deepCopy();
        return normal.put("at", at(AlarmSteps.time(expected.path("at").asText())));
    }

    private static String at(Instant time) {
        Duration since = Duration.between(AlarmSteps.BEGIN, time);
        return since.isNegative() || since.toDays() > 1000 ? time.toString() : Spans.text(since);
    }

    private static Optional<ObjectNode> shown(AlarmChange change) {
        ObjectNode shown = JsonNodeFactory.instance.objectNode().put("at", at(change.time()));
        if (change instanceof Transition transition) {
            return Optional.of(shown(transition, shown));
        }
        return change instanceof Notification notification ? Optional.of(shown(notification, shown)) : Optional.empty();
    }

    private static ObjectNode shown(Transition change, ObjectNode shown) {
        shown.put("change", change.kind().label())
                .put("alarm", change.key().rule())
                .put("subject", change.key().subject().label())
                .put("device", change.key().deviceId())
                .put("name", change.deviceName())
                .put("state", change.state().label())
                .put("severity", change.severity().label())
                .put("value", change.value())
                .put("late", change.isLate())
                .put("stale", change.isStale())
                .put("reason", change.reason());
        change.person().ifPresent(person -> shown.put("by", person.name()));
        return shown;
    }

    private static ObjectNode shown(Notification told, ObjectNode shown) {
        shown.put("tell", told.occasion().label())
                .put("alarm", told.rule())
                .put("severity", told.severity().label())
                .put("step", told.step())
                .put("to", told.to())
                .put("group", told.group())
                .put("count", told.count())
                .put("text", told.text());
        ArrayNode devices = shown.putArray("devices");
        told.members().forEach(member -> devices.add(member.key().deviceId()));
        return shown;
    }
}
