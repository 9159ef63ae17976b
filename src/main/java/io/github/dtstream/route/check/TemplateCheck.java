package io.github.dtstream.route.check;

import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.text.NearestName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Finds routes whose template does not exist, or lacks a parameter that they give. */
final class TemplateCheck {
    private final RouteSet routes;
    private final Map<String, Set<String>> parameters = new HashMap<>();

    TemplateCheck(RouteSet routes) {
        this.routes = routes;
        for (RouteDocument document : routes.documents()) {
            for (RouteDocument.Item item : document.items()) {
                if (item.kind().equals("routeTemplate")) {
                    Nodes.textAt(item.content(), "id")
                            .ifPresent(id -> parameters.put(id, names(Nodes.value(item.content(), "parameters"))));
                }
            }
        }
    }

    private static Set<String> names(@Nullable Node list) {
        Set<String> names = new TreeSet<>();
        Nodes.elements(list).forEach(element -> Nodes.textAt(element, "name").ifPresent(names::add));
        return names;
    }

    List<Finding> check() {
        List<Finding> findings = new ArrayList<>();
        for (RouteDocument document : routes.documents()) {
            for (RouteDocument.Item item : document.items()) {
                Node template = Nodes.value(item.content(), "routeTemplateRef");
                if (item.kind().equals("templatedRoute") && template != null) {
                    check(document, item, template, findings);
                }
            }
        }
        return findings;
    }

    private void check(RouteDocument document, RouteDocument.Item item, Node template, List<Finding> findings) {
        String name = routes.resolve(Nodes.text(template));
        Set<String> known = parameters.get(name);
        if (known == null) {
            findings.add(document.error(
                    template,
                    "there is no route template '" + name + "'",
                    NearestName.question(name, parameters.keySet()).orElse(null)));
            return;
        }
        for (Node element : Nodes.elements(Nodes.value(item.content(), "parameters"))) {
            Node parameter = Nodes.value(element, "name");
            if (parameter != null && !known.contains(Nodes.text(parameter))) {
                findings.add(document.error(
                        parameter,
                        "the route template '" + name + "' has no parameter '" + Nodes.text(parameter) + "'",
                        NearestName.question(Nodes.text(parameter), known).orElse(null)));
            }
        }
    }
}
