package io.github.dtstream.route.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.engine.AlarmEngine;
import io.github.dtstream.alarm.file.AlarmRules;
import io.github.dtstream.alarm.file.Placeholders;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Finding.Severity;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.model.ScratchContext;
import io.github.dtstream.route.testing.TestFile.Case;
import io.github.dtstream.text.FailureReason;
import io.github.dtstream.text.NearestName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;

/** Runs one case of a test of alarm rules, with an engine of its own. Pure. */
final class AlarmTestRun {
    private AlarmTestRun() {}

    /** The failures of the case; empty if it passes. */
    static List<String> run(RouteFiles files, TestFile tests, Case one, Map<String, String> properties) {
        List<RouteFile> named = files.alarms().stream()
                .filter(file ->
                        file.name().equals(tests.tested()) || file.stem().equals(tests.tested()))
                .toList();
        try (ScratchContext scratch = ScratchContext.open(properties, context -> {})) {
            Placeholders placeholders = placeholders(scratch.context());
            AlarmRules read = AlarmRules.read(named.isEmpty() ? files.alarms() : named, placeholders);
            if (!read.isGood()) {
                return read.findings().stream()
                        .filter(Finding::isError)
                        .map(Finding::toString)
                        .toList();
            }
            // A test also covers rules that their precondition leaves out here.
            List<AlarmRule> rules = Stream.concat(read.rules().stream(), read.leftOut().stream())
                    .filter(rule -> !named.isEmpty() || rule.name().equals(tests.tested()))
                    .toList();
            return rules.isEmpty()
                    ? List.of(notFound(files, read, tests.tested()))
                    : run(rules.stream().filter(rule -> isAskedFor(rule, one)).toList(), tests, one);
        }
    }

    /**
     * Whether the rule takes part. A rule about the stream does so only if the case has an interruption, as the steps
     * of most cases are further apart than pings without meaning one.
     */
    private static boolean isAskedFor(AlarmRule rule, Case one) {
        boolean isOfStream = rule.quantity().filter(Quantity.STREAM::equals).isPresent();
        return !isOfStream || one.fields().path("given").findValue("interrupted-until") != null;
    }

    private static Placeholders placeholders(CamelContext context) {
        return (file, scalar, findings) -> {
            try {
                String text = scalar.getValue();
                return Optional.of(text.contains("{{") ? context.resolvePropertyPlaceholders(text) : text);
            } catch (RuntimeException e) {
                findings.add(RouteDocument.at(file, scalar, Severity.ERROR, FailureReason.of(e), null));
                return Optional.empty();
            }
        };
    }

    private static String notFound(RouteFiles files, AlarmRules read, String name) {
        List<String> known = Stream.concat(
                        read.rules().stream().map(AlarmRule::name),
                        files.alarms().stream().map(RouteFile::stem))
                .distinct()
                .toList();
        return "there is no alarm rule '" + name + "'; "
                + NearestName.question(name, known).orElse("there are: " + String.join(", ", known));
    }

    private static List<String> run(List<AlarmRule> rules, TestFile tests, Case one) {
        Map<String, Device> devices = new HashMap<>();
        tests.devices().forEach(json -> devices.put(json.path("id").asText(), DeviceJson.read(json)));
        List<AlarmChange> changes = new ArrayList<>();
        AlarmEngine engine = new AlarmEngine(rules, id -> Optional.ofNullable(devices.get(id)));
        AlarmSteps steps = new AlarmSteps(engine, changes::add);
        JsonNode given = one.fields().path("given");
        if (given.isEmpty()) {
            return List.of("nothing is given; list it under 'given:', such as {at: 15m, device: d1, temperature: 8.5}");
        }
        for (JsonNode step : given) {
            try {
                steps.take(step);
            } catch (RuntimeException e) {
                return List.of("what is given cannot happen: " + step + ": " + FailureReason.of(e));
            }
        }
        boolean othersMatter = !one.fields().path("others").asText().equals("ignore");
        return AlarmExpectations.failures(changes, one.fields().path("expect"), othersMatter);
    }
}
