package io.github.dtstream.alarm.file;

import io.github.dtstream.alarm.rule.DeviceSelector;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.text.NearestName;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the devices of a rule. Pure. */
final class Selectors {
    static final List<String> KEYS = List.of("id", "type", "product-number", "label");

    /** The vendor's device types, with the quantities that not every sensor has. */
    static final Map<String, Set<Quantity>> TYPES = types();

    private static final Set<Quantity> OF_ALL =
            EnumSet.of(Quantity.TOUCH, Quantity.BATTERY, Quantity.SIGNAL, Quantity.CONNECTION);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]+");
    private static final String EXAMPLE = "devices: {type: temperature, label: {zone: freezer}}";

    private Selectors() {}

    private static Map<String, Set<Quantity>> types() {
        Map<String, Set<Quantity>> types = new TreeMap<>();
        types.put("temperature", EnumSet.of(Quantity.TEMPERATURE, Quantity.PROBE_WIRE));
        types.put("humidity", EnumSet.of(Quantity.HUMIDITY, Quantity.TEMPERATURE));
        types.put("co2", EnumSet.of(Quantity.CO2, Quantity.PRESSURE, Quantity.HUMIDITY, Quantity.TEMPERATURE));
        types.put("proximity", EnumSet.of(Quantity.OBJECT));
        types.put("proximityCounter", EnumSet.of(Quantity.OBJECT_COUNT));
        types.put("touch", EnumSet.of(Quantity.TOUCH));
        types.put("touchCounter", EnumSet.of(Quantity.TOUCH_COUNT));
        types.put("waterDetector", EnumSet.of(Quantity.WATER));
        types.put("motion", EnumSet.of(Quantity.MOTION));
        types.put("deskOccupancy", EnumSet.of(Quantity.DESK, Quantity.MOTION));
        types.put("contact", EnumSet.of(Quantity.CONTACT));
        types.put(
                "ccon",
                EnumSet.of(Quantity.CONNECTION, Quantity.ETHERNET, Quantity.CELLULAR, Quantity.CELLULAR_SIGNAL));
        return types;
    }

    static DeviceSelector read(Node node, Complaints complaints) {
        Optional<Section> section = Section.of(node, "devices", EXAMPLE, KEYS, complaints);
        if (section.isEmpty()) {
            return DeviceSelector.ANY;
        }
        Set<String> ids = texts(section.get(), "id");
        section.get()
                .at("id")
                .ifPresent(at -> ids.forEach(id -> {
                    if (!ID.matcher(id).matches()) {
                        String hint = id.contains("/") ? "write " + id.substring(id.lastIndexOf('/') + 1) : null;
                        complaints.error(at, "'" + id + "' is not an identifier of a device", hint);
                    }
                }));
        Set<String> types = texts(section.get(), "type");
        section.get().at("type").ifPresent(at -> types.forEach(type -> checkType(at, type, complaints)));
        return new DeviceSelector(ids, types, texts(section.get(), "product-number"), labels(section.get()));
    }

    /** The vendor may have a new type, so only a type that is similar to a known one is reported as an error. */
    private static void checkType(Node at, String type, Complaints complaints) {
        if (TYPES.containsKey(type)) {
            return;
        }
        Optional<String> meant = NearestName.question(type, TYPES.keySet());
        String known = "known are: " + String.join(", ", TYPES.keySet());
        if (meant.isPresent()) {
            complaints.error(at, "'" + type + "' is not a type of devices", meant.get());
        } else {
            complaints.warn(at, "the type of devices '" + type + "' is not known", known);
        }
    }

    /** Warns of devices that do not send the rule's quantity. */
    static void checkQuantity(Node at, DeviceSelector devices, Quantity quantity, Complaints complaints) {
        boolean isKnown = TYPES.keySet().containsAll(devices.types());
        if (!devices.types().isEmpty()
                && isKnown
                && devices.types().stream().noneMatch(type -> sends(type, quantity))) {
            List<String> senders = TYPES.keySet().stream()
                    .filter(type -> sends(type, quantity))
                    .toList();
            complaints.warn(
                    at,
                    "devices of the type " + String.join(", ", devices.types()) + " send no " + quantity.key(),
                    "it comes from: " + String.join(", ", senders));
        }
    }

    private static boolean sends(String type, Quantity quantity) {
        return TYPES.getOrDefault(type, Set.of()).contains(quantity)
                || OF_ALL.contains(quantity) && !type.equals("ccon");
    }

    private static Set<String> texts(Section section, String key) {
        Set<String> texts = new LinkedHashSet<>();
        section.at(key)
                .ifPresent(value -> listed(value)
                        .forEach(one -> section.complaints().text(one, key).ifPresent(texts::add)));
        emptyList(section, key);
        return texts;
    }

    /** Reports an empty list, which would mean all devices, and is hardly meant so. */
    private static void emptyList(Section section, String key) {
        section.at(key)
                .filter(value -> listed(value).isEmpty())
                .ifPresent(
                        value -> section.complaints().error(value, "the list of '" + key + "' is empty", "remove it"));
    }

    private static Collection<Node> listed(Node node) {
        return node instanceof SequenceNode ? Nodes.elements(node) : List.of(node);
    }

    private static Map<String, Optional<String>> labels(Section section) {
        Map<String, Optional<String>> labels = new LinkedHashMap<>();
        section.at("label").ifPresent(value -> listed(value).forEach(one -> label(one, section.complaints(), labels)));
        emptyList(section, "label");
        return labels;
    }

    private static void label(Node node, Complaints complaints, Map<String, Optional<String>> labels) {
        if (node instanceof MappingNode mapping) {
            if (mapping.getValue().isEmpty()) {
                complaints.error(node, "'label' names no label", "write label: {zone: freezer}");
            }
            for (NodeTuple entry : mapping.getValue()) {
                String key = Nodes.text(entry.getKeyNode());
                complaints
                        .text(entry.getValueNode(), key)
                        .ifPresent(value -> add(entry.getKeyNode(), key, Optional.of(value), complaints, labels));
            }
            return;
        }
        complaints.text(node, "label").ifPresent(text -> {
            int equals = text.indexOf('=');
            String key = equals < 0 ? text : text.substring(0, equals).strip();
            Optional<String> value = equals < 0
                    ? Optional.empty()
                    : Optional.of(text.substring(equals + 1).strip());
            add(node, key, value, complaints, labels);
        });
    }

    private static void add(
            Node at, String key, Optional<String> value, Complaints complaints, Map<String, Optional<String>> labels) {
        if (labels.containsKey(key)) {
            String message = "the label '" + key + "' is named twice, but a device has one value of it";
            complaints.error(at, message, "make two rules, or give the devices a label of their own");
        }
        labels.put(key, value);
    }
}
