package io.github.dtstream.camel.alarm;

import io.github.dtstream.alarm.file.AlarmRules;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.support.ResourceHelper;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Reads the file of alarm rules that an application names, if it does not run as a router, which watches a folder.
 * Stateless.
 */
final class RulesFile {
    private RulesFile() {}

    /**
     * Reads the rules, with placeholders replaced by the context's values.
     *
     * @param uri a resource as Camel names it, for example {@code file:alarms.yaml}
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if a rule is wrong; the message lists all errors with line and column
     */
    static List<AlarmRule> read(CamelContext context, String uri) throws IOException {
        AlarmRules rules = AlarmRules.read(
                List.of(file(context, uri)), (file, scalar, findings) -> value(context, file, scalar, findings));
        if (!rules.isGood()) {
            throw new IllegalArgumentException(rules.findings().stream()
                    .filter(Finding::isError)
                    .map(Finding::toString)
                    .collect(Collectors.joining("\n", "The alarm rules are not valid:\n", "")));
        }
        return rules.rules();
    }

    private static RouteFile file(CamelContext context, String uri) throws IOException {
        try (InputStream in = ResourceHelper.resolveMandatoryResourceAsInputStream(context, uri)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return RouteFile.of(Path.of(uri.substring(uri.indexOf(':') + 1)), text);
        } catch (IOException e) {
            throw new IOException(
                    "The alarm rules " + uri + " cannot be read, which rulesFile of the component dt-alarm names: " + e,
                    e);
        }
    }

    private static Optional<String> value(
            CamelContext context, RouteFile file, ScalarNode scalar, List<Finding> findings) {
        try {
            return Optional.of(context.resolvePropertyPlaceholders(scalar.getValue()));
        } catch (RuntimeException e) {
            findings.add(RouteDocument.at(
                    file,
                    scalar,
                    Finding.Severity.ERROR,
                    "a placeholder has no value",
                    String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }
}
