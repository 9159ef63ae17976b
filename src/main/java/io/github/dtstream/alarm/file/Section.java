package io.github.dtstream.alarm.file;

import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.text.NearestName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** One mapping in a file of rules, with its known keys. Used by one thread. */
final class Section {
    /** Words that people know from other products. */
    private static final Map<String, String> SYNONYMS = Map.ofEntries(
            Map.entry(">", "above"),
            Map.entry("over", "above"),
            Map.entry("gt", "above"),
            Map.entry("greater-than", "above"),
            Map.entry("exceeds", "above"),
            Map.entry(">=", "at-least"),
            Map.entry("gte", "at-least"),
            Map.entry("<", "below"),
            Map.entry("under", "below"),
            Map.entry("lt", "below"),
            Map.entry("<=", "at-most"),
            Map.entry("lte", "at-most"),
            Map.entry("state", "is"),
            Map.entry("equals", "is"),
            Map.entry("duration", "for"),
            Map.entry("delay", "for"),
            Map.entry("lasting", "for"),
            Map.entry("name", "alarm"),
            Map.entry("rule", "alarm"),
            Map.entry("priority", "severity"),
            Map.entry("silence", "no-data"),
            Map.entry("offline", "no-data"),
            Map.entry("ack", "acknowledge"),
            Map.entry("quantity", "value"),
            Map.entry("period", "within"),
            Map.entry("window", "within"));

    private static final Map<String, String> PLACES = Map.ofEntries(
            Map.entry("above", "raise: {above: …}"),
            Map.entry("below", "raise: {below: …}"),
            Map.entry("at-least", "raise: {at-least: …}"),
            Map.entry("at-most", "raise: {at-most: …}"),
            Map.entry("is", "raise: {is: …}"),
            Map.entry("for", "raise: {…, for: …}"),
            Map.entry("total", "excursion: {…, total: …}"),
            Map.entry("within", "excursion: {…, within: …} or delta: {…, within: …}"),
            Map.entry("more-than", "delta: {more-than: …, within: …}"),
            Map.entry("less-than", "delta: {less-than: …, within: …}"),
            Map.entry("lasts", "acknowledge: {lasts: …}"),
            Map.entry("wait", "group: {by: …, wait: …}"),
            Map.entry("by", "group: {by: …}"),
            Map.entry("to", "escalate: [{after: …, to: …}]"),
            Map.entry("after", "escalate: [{after: …, to: …}] or no-data: {after: …}"),
            Map.entry("type", "devices: {type: …}"),
            Map.entry("id", "devices: {id: …}"),
            Map.entry("product-number", "devices: {product-number: …}"),
            Map.entry("label", "devices: {label: …}"));

    private final MappingNode node;
    private final Complaints complaints;
    private final boolean hasStrangers;

    private Section(MappingNode node, Complaints complaints, boolean hasStrangers) {
        this.node = node;
        this.complaints = complaints;
        this.hasStrangers = hasStrangers;
    }

    /**
     * The mapping at a node, with its keys checked.
     *
     * @param what its name, for messages
     * @param example an example of it
     */
    static Optional<Section> of(Node node, String what, String example, List<String> keys, Complaints complaints) {
        if (!(node instanceof MappingNode mapping)) {
            complaints.error(node, what + " is written with keys", "write " + example);
            return Optional.empty();
        }
        boolean hasStrangers = false;
        for (NodeTuple entry : mapping.getValue()) {
            String key = Nodes.text(entry.getKeyNode());
            hasStrangers |= !keys.contains(key);
            if (!keys.contains(key)) {
                complaints.error(entry.getKeyNode(), "unknown key '" + key + "' of " + what, hint(key, keys));
            } else if (isNothing(entry.getValueNode())) {
                String hint = key.equals("alarms") ? "write 'alarms: []' for no rules" : "write one, or remove it";
                complaints.error(entry.getKeyNode(), "'" + key + "' has no value", hint);
            }
        }
        return Optional.of(new Section(mapping, complaints, hasStrangers));
    }

    private static String hint(String key, List<String> keys) {
        String meant = SYNONYMS.getOrDefault(key, "");
        if (keys.contains(meant)) {
            return "did you mean '" + meant + "'?";
        }
        String place = PLACES.getOrDefault(meant.isEmpty() ? key : meant, "");
        if (!place.isEmpty() && keys.contains("alarm")) {
            return "it belongs in " + place;
        }
        if (key.equals("<<")) {
            return "YAML 1.2 has no merge keys; write the keys out";
        }
        return NearestName.question(key, keys).orElse("it can be: " + String.join(", ", keys));
    }

    static boolean isNothing(Node node) {
        return node instanceof ScalarNode && node.getTag().equals(Tag.NULL);
    }

    MappingNode node() {
        return node;
    }

    Complaints complaints() {
        return complaints;
    }

    /** Whether it has unknown keys, one of which may be meant as a missing one. */
    boolean hasStrangers() {
        return hasStrangers;
    }

    boolean has(String key) {
        return node.getValue().stream()
                .anyMatch(entry -> Nodes.text(entry.getKeyNode()).equals(key));
    }

    /** The node of a key, if it has a value. */
    Optional<Node> at(String key) {
        return node.getValue().stream()
                .filter(entry -> Nodes.text(entry.getKeyNode()).equals(key))
                .map(NodeTuple::getValueNode)
                .filter(value -> !isNothing(value))
                .findFirst();
    }

    /** The node of a key; a missing one is reported with an example. */
    Optional<Node> required(String key, String what, String example) {
        if (!has(key) && !hasStrangers) {
            complaints.error(node, what + " lacks '" + key + "'", "write " + example);
        }
        return at(key);
    }

    Optional<String> text(String key) {
        return at(key).flatMap(value -> complaints.text(value, key));
    }

    /** The duration of a key. */
    Optional<Duration> span(String key) {
        return at(key).flatMap(value -> Spans.read(value, key, complaints));
    }

    /** The duration of a key, which must be positive. */
    Optional<Duration> positive(String key) {
        Optional<Duration> span = span(key);
        if (span.filter(Duration::isZero).isPresent()) {
            complaints.error(
                    at(key).orElse(node), "'" + key + "' must be longer than 0", "write a duration such as 30m");
            return Optional.empty();
        }
        return span;
    }
}
