package io.github.dtstream.alarm.file;

import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.alarm.rule.Clearance;
import io.github.dtstream.alarm.rule.Comparison;
import io.github.dtstream.alarm.rule.Condition;
import io.github.dtstream.alarm.rule.Delta;
import io.github.dtstream.alarm.rule.DeviceSelector;
import io.github.dtstream.alarm.rule.Excursion;
import io.github.dtstream.alarm.rule.Limit;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.reading.Quantity.Kind;
import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.text.NearestName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** Reads one rule. Used once, by one thread. */
final class RuleReader {
    static final List<String> KEYS = List.of(
            "alarm",
            Precondition.KEY,
            "devices",
            "value",
            "raise",
            "clear",
            "excursion",
            "delta",
            "no-data",
            "severity",
            "group",
            "acknowledge",
            "remind",
            "escalate",
            "late");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final List<String> CONDITION = with("for");
    private static final List<String> EXCURSION = with("total", "within");
    private static final String RAISE = "raise: {above: 8, for: 30m}";

    /** By default a sensor sends every fifteen minutes, plus or minus three. */
    private static final Duration TWO_HEARTBEATS = Duration.ofMinutes(36);

    /** The stream sends a ping every few seconds. */
    private static final Duration SOME_PINGS = Duration.ofMinutes(2);

    private final Section rule;
    private final Complaints complaints;
    /** The rule's quantity; null if the rule is about silence only, or its value is wrong. */
    private @Nullable Quantity quantity;

    private List<Comparison> states = List.of();

    private RuleReader(Section rule) {
        this.rule = rule;
        this.complaints = rule.complaints();
    }

    /** The rule; empty if it has an error. */
    static Optional<AlarmRule> read(Node node, Complaints complaints) {
        long before = complaints.errors();
        Optional<AlarmRule> read = Section.of(
                        node, "a rule", "- alarm: its-name, and the keys of the rule below it", KEYS, complaints)
                .map(section -> new RuleReader(section).read());
        return complaints.errors() == before ? read : Optional.empty();
    }

    private static List<String> with(String... others) {
        return Stream.concat(Comparisons.KEYS.stream(), Arrays.stream(others)).toList();
    }

    private AlarmRule read() {
        String name = name();
        Precondition.check(rule);
        readValue();
        DeviceSelector devices =
                rule.at("devices").map(node -> Selectors.read(node, complaints)).orElse(DeviceSelector.ANY);
        Optional<Excursion> excursion = rule.at("excursion").flatMap(this::excursion);
        Optional<Condition> raise = raise();
        Optional<Delta> delta = rule.at("delta").flatMap(this::delta);
        Optional<Clearance> clear = rule.at("clear").flatMap(node -> clear(node, raise, excursion));
        Optional<Duration> noData = rule.at("no-data").flatMap(this::noData);
        checkConditions();
        checkDevices(devices);
        checkStream(raise);
        Reactions reactions = new Reactions(rule);
        return new AlarmRule(
                name,
                devices,
                Optional.ofNullable(quantity),
                raise,
                clear,
                excursion,
                delta,
                noData,
                reactions.severity(),
                reactions.group(),
                reactions.acknowledgement(),
                reactions.remind(),
                reactions.escalation(),
                reactions.late());
    }

    private String name() {
        rule.required("alarm", "a rule", "alarm: freezer-too-warm");
        Optional<String> name = rule.text("alarm");
        if (name.isPresent() && !NAME.matcher(name.get()).matches()) {
            complaints.error(
                    rule.at("alarm").orElse(rule.node()),
                    "'" + name.get() + "' cannot be the name of an alarm",
                    "write at most 64 letters, digits, _ and -, such as "
                            + name.get().replaceAll("[^A-Za-z0-9_-]+", "-").replaceAll("^-|-$", ""));
        }
        return name.orElse("");
    }

    private void readValue() {
        Optional<Node> value = rule.at("value");
        if (value.isEmpty()) {
            return;
        }
        Node node = value.get();
        if (node instanceof MappingNode mapping) {
            if (mapping.getValue().size() != 1) {
                complaints.error(node, "'value' names one quantity only", "write a rule for each");
                return;
            }
            NodeTuple entry = mapping.getValue().get(0);
            quantity = quantity(entry.getKeyNode(), Nodes.text(entry.getKeyNode()));
            readStates(entry.getValueNode());
            return;
        }
        Optional<String> text = complaints.text(node, "value");
        if (text.isEmpty()) {
            return;
        }
        int colon = text.get().indexOf(':');
        String name = colon < 0 ? text.get() : text.get().substring(0, colon).strip();
        quantity = quantity(node, name);
        if (colon >= 0) {
            readState(node, text.get().substring(colon + 1).strip());
        }
    }

    private @Nullable Quantity quantity(Node at, String name) {
        Optional<Quantity> known = Quantity.named(name);
        if (known.isEmpty()) {
            List<String> names = Arrays.stream(Quantity.values())
                    .flatMap(one -> Stream.concat(Stream.of(one.key()), one.fields().keySet().stream()))
                    .distinct()
                    .toList();
            String all = String.join(
                    ", ", Arrays.stream(Quantity.values()).map(Quantity::key).toList());
            complaints.error(
                    at,
                    "there is no quantity '" + name + "'",
                    NearestName.question(name, names).orElse("it can be: " + all));
        }
        return known.orElse(null);
    }

    private void readStates(Node node) {
        Quantity known = quantity;
        if (known == null) {
            return;
        }
        if (known.states().isEmpty()) {
            complaints.error(
                    node, known.key() + " is a number, not a state", "write value: " + known.key() + " and " + RAISE);
            return;
        }
        states = Comparisons.states(node, known, complaints).stream()
                .<Comparison>map(Comparison.Is::new)
                .toList();
        // The error was reported, so a missing value need not be.
        quantity = states.isEmpty() ? null : known;
    }

    private void readState(Node node, String state) {
        Quantity known = quantity;
        if (known != null && !known.states().isEmpty() && !known.states().contains(state)) {
            String hint = NearestName.question(state, known.states())
                    .orElse("it can be " + String.join(", ", known.states()));
            complaints.error(node, "'" + state + "' is not a state of " + known.key(), hint);
            quantity = null;
        } else if (known != null && known.states().isEmpty()) {
            readStates(node);
        } else {
            states = List.of(new Comparison.Is(state));
        }
    }

    private Optional<Condition> raise() {
        Optional<Node> node = rule.at("raise");
        if (node.isEmpty()) {
            // A state, or an occurrence, raises without a condition, unless it is accumulated.
            return impliedStates().isEmpty() || rule.has("excursion")
                    ? Optional.empty()
                    : Optional.of(new Condition(impliedStates(), Duration.ZERO));
        }
        Quantity known = known(node.get(), "raise");
        Optional<Section> section = Section.of(node.get(), "raise", RAISE, CONDITION, complaints);
        if (known == null || section.isEmpty()) {
            return Optional.empty();
        }
        Duration lasting = section.get().span("for").orElse(Duration.ZERO);
        if (known.kind() == Kind.PULSE && !lasting.isZero()) {
            complaints.error(node.get(), "a touch has no duration", "remove 'for'");
        }
        List<Comparison> comparisons = comparisons(section.get(), known, "raise");
        return comparisons.isEmpty() ? Optional.empty() : Optional.of(new Condition(comparisons, lasting));
    }

    private List<Comparison> impliedStates() {
        Quantity known = quantity;
        return known == Quantity.STREAM || known != null && known.kind() == Kind.PULSE
                ? List.of(new Comparison.Is(known.states().get(0)))
                : states;
    }

    /** The comparisons of a condition: its own, or the state in the rule's value. */
    private List<Comparison> comparisons(Section section, Quantity known, String what) {
        List<Comparison> own = Comparisons.read(section, known);
        boolean hasOwn = Comparisons.KEYS.stream().anyMatch(section::has);
        if (hasOwn && !states.isEmpty()) {
            complaints.error(section.node(), "'value' names the state already", "remove 'is' from '" + what + "'");
        } else if (!hasOwn && impliedStates().isEmpty() && !section.hasStrangers()) {
            String keys = known.states().isEmpty() ? "above, below, at-least or at-most" : "is";
            complaints.error(
                    section.node(),
                    "'" + what + "' does not say what " + known.key() + " is compared with",
                    "add " + keys);
        }
        if (hasOwn) {
            Sense.checkRaising(section.node(), what, known, own, complaints);
            return own;
        }
        return impliedStates();
    }

    /** The quantity; if there is none, that is reported once. */
    private @Nullable Quantity known(Node at, String what) {
        if (!rule.has("value")) {
            complaints.error(
                    at,
                    "'" + what + "' needs 'value', the quantity to compare",
                    "write value: temperature, for example");
        }
        return quantity;
    }

    private Optional<Clearance> clear(Node node, Optional<Condition> raise, Optional<Excursion> excursion) {
        Quantity known = known(node, "clear");
        Optional<Section> section = Section.of(node, "clear", "clear: {below: 6, for: 15m}", CONDITION, complaints);
        if (known == null || section.isEmpty()) {
            return Optional.empty();
        }
        if (rule.has("delta") || known.kind() == Kind.PULSE) {
            complaints.error(node, "an alarm with 'delta', or of a touch, clears by itself", "remove 'clear'");
            return Optional.empty();
        }
        List<Comparison> raising = raise.map(Condition::anyOf)
                .or(() -> excursion.map(Excursion::anyOf))
                .orElse(List.of());
        List<Comparison> own = Comparisons.read(section.get(), known);
        if (own.stream().anyMatch(raising::contains)) {
            complaints.error(
                    node,
                    "the condition that raises the alarm cannot clear it",
                    "clear by another state, or remove 'clear'");
        } else if (own.size() > 1 && !known.states().isEmpty()) {
            complaints.error(
                    node, "a device is in one state at a time", "remove 'is': any other state clears the alarm");
        } else if (!raising.isEmpty()) {
            Sense.checkClearing(node, known, raising, own, complaints);
        }
        return Optional.of(new Clearance(own, section.get().span("for").orElse(Duration.ZERO)));
    }

    private Optional<Excursion> excursion(Node node) {
        String example = "excursion: {above: 8, total: 60m, within: 24h}";
        Quantity known = known(node, "excursion");
        Optional<Section> section = Section.of(node, "excursion", example, EXCURSION, complaints);
        if (known == null || section.isEmpty()) {
            return Optional.empty();
        }
        if (known.kind() == Kind.COUNT || known.kind() == Kind.PULSE) {
            complaints.error(node, "'excursion' cannot add up times of " + known.key(), "use delta for a count");
            return Optional.empty();
        }
        section.get().required("total", "excursion", example);
        section.get().required("within", "excursion", example);
        Optional<Duration> total = section.get().positive("total");
        Optional<Duration> within = section.get().positive("within");
        List<Comparison> comparisons = comparisons(section.get(), known, "excursion");
        if (total.isEmpty() || within.isEmpty() || comparisons.isEmpty()) {
            return Optional.empty();
        }
        if (total.get().compareTo(within.get()) >= 0) {
            complaints.error(
                    node,
                    "'total' is " + Spans.text(total.get()) + ", but 'within' is only " + Spans.text(within.get()),
                    total.get().equals(within.get())
                            ? "for time without a break write raise: {…, for: " + Spans.text(total.get()) + "}"
                            : "make 'within' longer than 'total'");
        }
        return Optional.of(new Excursion(comparisons, total.get(), within.get()));
    }

    private Optional<Delta> delta(Node node) {
        String example = "delta: {more-than: 20, within: 1h}";
        Quantity known = known(node, "delta");
        Optional<Section> section =
                Section.of(node, "delta", example, List.of("more-than", "less-than", "within"), complaints);
        if (known == null || section.isEmpty()) {
            return Optional.empty();
        }
        if (known.kind() != Kind.COUNT) {
            complaints.error(node, known.key() + " is not a count", "delta is for object count and touch count");
            return Optional.empty();
        }
        if (rule.has("raise") || rule.has("excursion")) {
            complaints.error(
                    node,
                    "'delta' cannot be combined with another condition",
                    "write a second rule for the other condition");
        }
        section.get().required("within", "delta", example);
        Optional<Limit> more = limit(section.get(), "more-than", known);
        Optional<Limit> less = limit(section.get(), "less-than", known);
        if (more.isEmpty()
                && less.isEmpty()
                && !section.get().has("more-than")
                && !section.get().has("less-than")) {
            complaints.error(node, "'delta' needs more-than or less-than", "write " + example);
        }
        checkGrowth(node, more, less);
        Optional<Duration> within = section.get().positive("within");
        return within.map(span -> new Delta(more.orElse(null), less.orElse(null), span));
    }

    private Optional<Limit> limit(Section section, String key, Quantity known) {
        return section.at(key).flatMap(node -> Comparisons.limit(node, key, known, complaints));
    }

    private void checkGrowth(Node node, Optional<Limit> more, Optional<Limit> less) {
        if (more.filter(limit -> limit.number() < 0).isPresent()) {
            complaints.error(
                    node, "every growth of a count is more than a negative number", "write more-than: 0 or more");
        }
        if (less.filter(limit -> limit.number() <= 0).isPresent()) {
            complaints.error(node, "no growth of a count is less than 0", "write less-than: 1 or more");
        }
        if (more.isPresent()
                && less.isPresent()
                && more.get().number() < less.get().number()) {
            complaints.error(
                    node,
                    "every growth is more than more-than or less than less-than",
                    "make more-than the larger of the two");
        }
    }

    private Optional<Duration> noData(Node node) {
        Supplier<Optional<Duration>> after = () -> Section.of(
                        node, "no-data", "no-data: 50m, or no-data: {after: 50m}", List.of("after"), complaints)
                .flatMap(section -> {
                    section.required("after", "no-data", "no-data: {after: 50m}");
                    return section.positive("after");
                });
        Optional<Duration> span = node instanceof MappingNode ? after.get() : rule.positive("no-data");
        if (span.filter(time -> time.compareTo(TWO_HEARTBEATS) < 0).isPresent()) {
            complaints.warn(
                    node,
                    "by default a sensor sends every 15 minutes, more or less 3: it is silent for "
                            + Spans.text(span.get()) + " although nothing is wrong",
                    "write 50m or more, unless its heartbeat is set to be faster");
        }
        return span;
    }

    private void checkConditions() {
        List<String> conditions = new ArrayList<>(List.of("raise", "excursion", "delta"));
        conditions.removeIf(key -> !rule.has(key));
        boolean isImplied = !impliedStates().isEmpty();
        if (rule.hasStrangers()) {
            return;
        }
        if (conditions.isEmpty() && !isImplied && rule.has("value") && quantity != null) {
            complaints.error(
                    rule.at("value").orElse(rule.node()),
                    "the rule does not say which " + quantity.key() + " raises the alarm",
                    quantity.states().isEmpty()
                            ? "add " + RAISE
                                    + (rule.has("no-data") ? ", or remove 'value', which no-data does not need" : "")
                            : "write value: {" + quantity.key() + ": "
                                    + quantity.states().get(0) + "}");
        } else if (conditions.isEmpty() && !rule.has("value") && !rule.has("no-data")) {
            complaints.error(rule.node(), "the rule has no condition", "add value and " + RAISE + ", or no-data: 50m");
        }
    }

    /** Checks a rule about the stream, which has no device and no late values. */
    private void checkStream(Optional<Condition> raise) {
        if (quantity != Quantity.STREAM) {
            return;
        }
        for (String key : List.of("devices", "excursion", "no-data", "group", "late")) {
            rule.at(key)
                    .ifPresent(node -> complaints.error(
                            node, "'" + key + "' does not apply to a rule about the stream", "remove '" + key + "'"));
        }
        Duration lasting = raise.map(Condition::lasting).orElse(Duration.ZERO);
        Node at = rule.at("raise").or(() -> rule.at("value")).orElse(rule.node());
        if (lasting.isZero()) {
            complaints.error(
                    at,
                    "short interruptions of the stream are normal: the cloud ends each connection at least once an hour",
                    "write raise: {for: 10m}");
        } else if (lasting.compareTo(SOME_PINGS) < 0) {
            complaints.warn(
                    at,
                    Spans.text(lasting)
                            + " is too short: pings come up to a minute apart, and the cloud ends each connection"
                            + " after an hour at most",
                    "write for: 2m or more");
        }
    }

    private void checkDevices(DeviceSelector devices) {
        Quantity known = quantity;
        if (known != null && known != Quantity.STREAM) {
            rule.at("devices").ifPresent(node -> Selectors.checkQuantity(node, devices, known, complaints));
        }
    }
}
