package io.github.dtstream.alarm.file;

import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.alarm.rule.Comparison;
import io.github.dtstream.alarm.rule.Delta;
import io.github.dtstream.alarm.rule.DeviceSelector;
import io.github.dtstream.alarm.rule.Escalation;
import io.github.dtstream.alarm.rule.Limit;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.route.model.RouteFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rules as text in a standard form: two lists of rules are equal if their texts are. It is YAML without placeholders,
 * which can be read again. Pure.
 */
public final class RuleText {
    private RuleText() {}

    /** The text of some rules. */
    public static String of(List<AlarmRule> rules) {
        return rules.isEmpty()
                ? "alarms: []\n"
                : rules.stream().map(rule -> "- " + text(rule) + "\n").collect(Collectors.joining("", "alarms:\n", ""));
    }

    /**
     * The rules of a text by {@link #of}.
     *
     * @throws IOException if the text is not valid, or is of another version with rules that this one does not support
     */
    public static List<AlarmRule> read(String text) throws IOException {
        AlarmRules read = AlarmRules.read(List.of(RouteFile.of(Path.of("rules"), text)), Placeholders.NONE);
        if (!read.isGood()) {
            throw new IOException("these are no alarm rules: " + read.findings());
        }
        return read.rules();
    }

    private static String text(AlarmRule rule) {
        Map<String, @Nullable String> keys = new LinkedHashMap<>();
        keys.put("alarm", quoted(rule.name()));
        keys.put("devices", rule.devices().equals(DeviceSelector.ANY) ? null : devices(rule.devices()));
        keys.put("value", rule.quantity().map(one -> quoted(one.key())).orElse(null));
        keys.put(
                "raise",
                rule.raise().map(one -> holding(one.anyOf(), one.lasting())).orElse(null));
        keys.put(
                "clear",
                rule.clear().map(one -> holding(one.allOf(), one.lasting())).orElse(null));
        rule.excursion().ifPresent(one -> {
            Map<String, @Nullable String> excursion = comparisons(one.anyOf());
            excursion.put("total", Spans.text(one.total()));
            excursion.put("within", Spans.text(one.within()));
            keys.put("excursion", mapping(excursion));
        });
        keys.put("delta", rule.delta().map(RuleText::delta).orElse(null));
        keys.put("no-data", rule.noData().map(Spans::text).orElse(null));
        keys.put("severity", rule.severity().label());
        rule.group()
                .ifPresent(one ->
                        keys.put("group", "{by: " + quoted(one.by()) + ", wait: " + Spans.text(one.pause()) + "}"));
        rule.acknowledgement().ifPresent(one -> keys.put("acknowledge", "{lasts: " + Spans.text(one) + "}"));
        keys.put("remind", rule.remind().map(Spans::text).orElse(null));
        keys.put("escalate", rule.escalation().isEmpty() ? null : list(rule.escalation(), RuleText::step));
        boolean isOfStream = rule.quantity().filter(Quantity.STREAM::equals).isPresent();
        keys.put("late", isOfStream ? null : rule.late().label());
        return mapping(keys);
    }

    private static String step(Escalation step) {
        return "{after: " + Spans.text(step.after()) + ", to: " + quoted(step.to()) + "}";
    }

    private static String devices(DeviceSelector devices) {
        Map<String, @Nullable String> keys = new LinkedHashMap<>();
        keys.put("id", texts(devices.ids()));
        keys.put("type", texts(devices.types()));
        keys.put("product-number", texts(devices.productNumbers()));
        keys.put("label", devices.labels().isEmpty() ? null : labels(devices));
        return mapping(keys);
    }

    private static String labels(DeviceSelector devices) {
        List<String> labels = new ArrayList<>();
        devices.labels().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(label -> labels.add(label.getValue()
                        .map(value -> "{" + quoted(label.getKey()) + ": " + quoted(value) + "}")
                        .orElse(quoted(label.getKey()))));
        return "[" + String.join(", ", labels) + "]";
    }

    private static @Nullable String texts(Collection<String> texts) {
        return texts.isEmpty() ? null : list(texts.stream().sorted().toList(), RuleText::quoted);
    }

    private static String holding(List<Comparison> comparisons, Duration lasting) {
        Map<String, @Nullable String> keys = comparisons(comparisons);
        keys.put("for", Spans.text(lasting));
        return mapping(keys);
    }

    private static Map<String, @Nullable String> comparisons(List<Comparison> comparisons) {
        Map<String, @Nullable String> keys = new LinkedHashMap<>();
        List<String> states = new ArrayList<>();
        for (Comparison comparison : comparisons) {
            if (comparison instanceof Comparison.Is is) {
                states.add(is.state());
            } else {
                keys.put(Comparisons.key(comparison), limit(Comparisons.limit(comparison)));
            }
        }
        keys.put("is", texts(states));
        return keys;
    }

    private static String delta(Delta delta) {
        Map<String, @Nullable String> keys = new LinkedHashMap<>();
        keys.put("more-than", delta.moreThan() == null ? null : limit(delta.moreThan()));
        keys.put("less-than", delta.lessThan() == null ? null : limit(delta.lessThan()));
        keys.put("within", Spans.text(delta.within()));
        return mapping(keys);
    }

    private static String limit(Limit limit) {
        if (limit.label() == null) {
            return Comparisons.plain(limit.number());
        }
        String fallback = Double.isNaN(limit.number()) ? "" : ", default: " + Comparisons.plain(limit.number());
        return "{label: " + quoted(limit.label()) + fallback + "}";
    }

    private static String mapping(Map<String, @Nullable String> keys) {
        return keys.entrySet().stream()
                .filter(key -> key.getValue() != null)
                .map(key -> key.getKey() + ": " + key.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static <T> String list(Collection<T> elements, Function<T, String> text) {
        return elements.stream().map(text).collect(Collectors.joining(", ", "[", "]"));
    }

    /** In double quotes, with all but plain characters escaped. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(point -> {
            if (point == '"' || point == '\\') {
                quoted.append('\\').appendCodePoint(point);
            } else if (point < ' ' || point > '~') {
                quoted.append(String.format("\\U%08x", point));
            } else {
                quoted.appendCodePoint(point);
            }
        });
        return quoted.append('"').toString();
    }
}
