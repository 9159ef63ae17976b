package io.github.dtstream.route.flow;

import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The steps of a route in YAML. */
final class Steps {
    static final Set<String> LANGUAGES = Set.of("simple", "constant", "jq", "jsonpath", "header");

    private Steps() {}

    /** The steps in a YAML list. */
    static List<Step> of(String yaml) {
        String route = "- from:\n    uri: timer:t\n    steps:\n" + yaml.indent(6);
        RouteDocument document = RouteDocument.parse(RouteFile.of(Path.of("x.camel.yaml"), route));
        if (!document.findings().isEmpty()) {
            throw new IllegalArgumentException(document.findings().toString());
        }
        return Step.in(Nodes.value(document.items().get(0).content(), "steps"));
    }

    static Step one(String yaml) {
        return of(yaml).get(0);
    }
}
