package io.github.dtstream.alarm.file;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.alarm.rule.LatePolicy;
import io.github.dtstream.alarm.rule.Severity;
import io.github.dtstream.reading.Quantity;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** The JSON schema of alarm rules, with which an editor completes them and explains keys. Pure. */
public final class AlarmSchema {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    /** Any value may be a placeholder of a setting. */
    private static final String PLACEHOLDER = "\\{\\{.+}}";

    private static final Map<String, String> COMPARISONS = Map.of(
            "above", "greater than this",
            "below", "less than this",
            "at-least", "this, or greater",
            "at-most", "this, or less");

    private AlarmSchema() {}

    /** The schema as JSON text. */
    public static String text() {
        ObjectNode schema = JSON.objectNode();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        schema.put("title", "Alarm rules of dt-stream-router");
        ObjectNode file = object(schema, List.of("alarms"));
        ObjectNode rules = file.putObject("alarms").put("type", "array").put("description", "the rules");
        rule(rules.putObject("items"));
        return schema.toString();
    }

    private static void rule(ObjectNode schema) {
        ObjectNode keys = object(schema, List.of("alarm"));
        keys.putObject("alarm")
                .put("type", "string")
                .put("pattern", "^[A-Za-z0-9_-]{1,64}$|" + PLACEHOLDER)
                .put("description", "the alarm's name, which no other rule has");
        ObjectNode precondition = keys.putObject("precondition");
        precondition.putArray("type").add("boolean").add("string");
        precondition.put(
                "description", "the rule is ignored if this is false, usually by a setting: {{a.setting:false}}");
        devices(said(keys.putObject("devices"), "its devices: those that match all of these; by default all devices"));
        value(said(keys.putObject("value"), "its quantity; not needed for silence"));
        condition(
                said(
                        keys.putObject("raise"),
                        "the condition that raises the alarm, and how long it must hold without a break"),
                true);
        condition(
                said(
                        keys.putObject("clear"),
                        "the conditions that clear it, which must all hold; by default, that raise does not hold"),
                true);
        ObjectNode excursion =
                condition(said(keys.putObject("excursion"), "the limit of accumulated time, with breaks"), false);
        span(excursion.putObject("total"), "the accumulated time that raises the alarm");
        span(excursion.putObject("within"), "the span until now over which the time is added up");
        delta(said(keys.putObject("delta"), "the growth of a count"));
        ObjectNode noData = said(keys.putObject("no-data"), "how long a silence raises a second, separate alarm");
        ArrayNode forms = noData.putArray("anyOf");
        span(forms.addObject(), "how long");
        span(object(forms.addObject(), List.of("after")).putObject("after"), "how long");
        choice(keys.putObject("severity"), "the severity", labels(Severity.values(), Severity::label))
                .put("default", Severity.WARNING.label());
        reactions(keys);
        choice(
                        keys.putObject("late"),
                        "the notifications about alarms that late values raised and cleared",
                        labels(LatePolicy.values(), LatePolicy::label))
                .put("default", LatePolicy.DIGEST.label());
    }

    private static void reactions(ObjectNode keys) {
        ObjectNode group =
                object(said(keys.putObject("group"), "which of its alarms share a notification"), List.of("by"));
        group.putObject("by").put("type", "string").put("description", "the label whose value the devices share");
        span(group.putObject("wait"), "how long the first alarm waits for others")
                .put("default", "30s");
        ObjectNode acknowledge =
                object(said(keys.putObject("acknowledge"), "the alarm must be acknowledged"), List.of("lasts"));
        span(acknowledge.putObject("lasts"), "how long an acknowledgement lasts");
        span(keys.putObject("remind"), "the interval of reminders until the alarm is acknowledged");
        ObjectNode steps = said(keys.putObject("escalate"), "whom to notify when, in the order of time")
                .put("type", "array");
        ObjectNode step = object(steps.putObject("items"), List.of("after", "to"));
        span(step.putObject("after"), "how long after the alarm was raised");
        step.putObject("to").put("type", "string").put("description", "a name that routes use, such as duty");
    }

    private static void devices(ObjectNode schema) {
        ObjectNode keys = object(schema, List.of());
        listed(
                said(keys.putObject("id"), "one of these devices"),
                JSON.objectNode().put("type", "string"));
        ObjectNode type = JSON.objectNode();
        type.putArray("anyOf").add(words(Selectors.TYPES.keySet())).addObject().put("type", "string");
        listed(said(keys.putObject("type"), "one of these types"), type);
        ObjectNode number = JSON.objectNode();
        number.putArray("type").add("string").add("integer");
        listed(said(keys.putObject("product-number"), "one of these product numbers"), number);
        ObjectNode label = JSON.objectNode();
        label.putArray("type").add("string").add("object");
        listed(said(keys.putObject("label"), "a label's key, or {key: value}; each of them, if it is a list"), label);
    }

    private static void value(ObjectNode schema) {
        ArrayNode forms = schema.putArray("anyOf");
        List<String> types = Arrays.stream(Quantity.values())
                .flatMap(quantity -> Stream.concat(Stream.of(quantity.key()), quantity.fields().keySet().stream()))
                .distinct()
                .toList();
        forms.add(words(types));
        ObjectNode states = JSON.objectNode();
        for (Quantity quantity : Quantity.values()) {
            if (!quantity.states().isEmpty()) {
                listed(states.putObject(quantity.key()), words(quantity.states()));
            }
        }
        ObjectNode state =
                forms.addObject().put("type", "object").put("minProperties", 1).put("maxProperties", 1);
        state.set("properties", states);
        String names = String.join("|", types);
        forms.addObject().put("type", "string").put("pattern", "^(" + names + "): *[A-Z_]+$|" + PLACEHOLDER);
    }

    /** @return the keys, for further ones */
    private static ObjectNode condition(ObjectNode schema, boolean mayLast) {
        ObjectNode keys = object(schema, mayLast ? List.of() : List.of("total", "within"));
        for (String key : Comparisons.KEYS) {
            if (key.equals("is")) {
                List<String> states = Arrays.stream(Quantity.values())
                        .flatMap(quantity -> quantity.states().stream())
                        .distinct()
                        .toList();
                listed(said(keys.putObject(key), "in this state, or one of these"), words(states));
            } else {
                limit(said(keys.putObject(key), COMPARISONS.getOrDefault(key, key)));
            }
        }
        if (mayLast) {
            span(keys.putObject("for"), "how long without a break; by default at once");
        }
        return keys;
    }

    private static void delta(ObjectNode schema) {
        ObjectNode keys = object(schema, List.of("within"));
        limit(said(keys.putObject("more-than"), "a larger growth raises the alarm"));
        limit(said(keys.putObject("less-than"), "a smaller growth raises the alarm"));
        span(keys.putObject("within"), "the span of the growth");
    }

    private static void limit(ObjectNode schema) {
        ArrayNode forms = schema.putArray("anyOf");
        forms.addObject().put("type", "number");
        forms.addObject().put("type", "string").put("pattern", "^[-+]?[0-9.]+$|" + PLACEHOLDER);
        ObjectNode keys = object(forms.addObject(), List.of("label"));
        keys.putObject("label").put("type", "string").put("description", "the device's label that holds the number");
        keys.putObject("default").put("description", "the number for a device without that label");
    }

    private static ObjectNode span(ObjectNode schema, String description) {
        return said(schema, description + ", such as 30m, 1h30m, 90s, 2d")
                .put("type", "string")
                .put("pattern", "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$|" + PLACEHOLDER);
    }

    private static ObjectNode choice(ObjectNode schema, String description, List<String> words) {
        said(schema, description)
                .putArray("anyOf")
                .add(words(words))
                .addObject()
                .put("pattern", PLACEHOLDER);
        return schema;
    }

    private static ObjectNode words(Collection<String> words) {
        ObjectNode schema = JSON.objectNode();
        ArrayNode choices = schema.putArray("enum");
        words.forEach(choices::add);
        return schema;
    }

    private static <T> List<String> labels(T[] all, Function<T, String> label) {
        return Arrays.stream(all).map(label).toList();
    }

    /** One, or a list. */
    private static void listed(ObjectNode schema, ObjectNode one) {
        ArrayNode forms = schema.putArray("anyOf");
        forms.add(one);
        forms.addObject().put("type", "array").put("minItems", 1).set("items", one);
        forms.addObject().put("type", "string").put("pattern", PLACEHOLDER);
    }

    /** @return the object's properties, to be filled */
    private static ObjectNode object(ObjectNode schema, List<String> required) {
        schema.put("type", "object").put("additionalProperties", false);
        ArrayNode names = schema.putArray("required");
        required.forEach(names::add);
        return schema.putObject("properties");
    }

    private static ObjectNode said(ObjectNode schema, String description) {
        return schema.put("description", description);
    }
}
