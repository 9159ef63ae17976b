package io.github.dtstream.route.check;

import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.text.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Finds placeholders that have no value. */
final class PlaceholderCheck {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*([^{}]+?)\\s*}}");

    /** Text that begins like a placeholder and does not end like one. */
    private static final Pattern UNCLOSED = Pattern.compile("\\{\\{\\s*[?!]?[\\w.-]+\\s*}?(?=[\\s/&,;'\"]|$)");

    private final CamelContext context;
    private final Set<String> known;

    PlaceholderCheck(CamelContext context, Map<String, String> properties) {
        this.context = context;
        this.known = new TreeSet<>(properties.keySet());
    }

    List<Finding> check(RouteDocument document, Node root) {
        List<Finding> findings = new ArrayList<>();
        Nodes.eachScalar(root, scalar -> check(document.file(), scalar, findings));
        return findings;
    }

    /** The text of a scalar with its placeholders replaced; empty if one has no value, which goes to the findings. */
    Optional<String> replace(RouteFile file, ScalarNode scalar, List<Finding> findings) {
        int before = findings.size();
        check(file, scalar, findings);
        if (findings.size() > before) {
            return Optional.empty();
        }
        String text = scalar.getValue();
        return Optional.of(text.contains("{{") ? context.resolvePropertyPlaceholders(text) : text);
    }

    private void check(RouteFile file, ScalarNode scalar, List<Finding> findings) {
        Matcher matcher = PLACEHOLDER.matcher(scalar.getValue());
        if (UNCLOSED.matcher(matcher.replaceAll("")).find()) {
            findings.add(error(file, scalar, "a placeholder is not closed", "end it by '}}'"));
        }
        matcher.reset();
        while (matcher.find()) {
            String name = matcher.group(1);
            // A colon separates a default, or follows a function such as env.
            if (!name.contains(":") && !name.startsWith("?") && !isSet(name)) {
                findings.add(error(file, scalar, "the property '" + name + "' is not set", hint(name)));
            }
        }
    }

    private static Finding error(RouteFile file, ScalarNode scalar, String message, String hint) {
        return RouteDocument.at(file, scalar, Finding.Severity.ERROR, message, hint);
    }

    private boolean isSet(String name) {
        return context.getPropertiesComponent()
                .resolveProperty(name.replaceFirst("^!", ""))
                .isPresent();
    }

    private String hint(String name) {
        return NearestName.question(name, known).orElse(where(name) + ", or give a default: {{" + name + ":…}}");
    }

    /** Tells how to set a property. */
    static String where(String name) {
        String variable = name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        return "set it in application.properties or as " + variable + " in the environment";
    }
}
