package io.github.dtstream.alarm.file;

import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Finding.Severity;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Collects the findings about one file, and reads its texts. Used by one thread. */
final class Complaints {
    private final RouteFile file;
    private final Placeholders placeholders;
    private final List<Finding> findings = new ArrayList<>();

    Complaints(RouteFile file, Placeholders placeholders) {
        this.file = file;
        this.placeholders = placeholders;
    }

    RouteFile file() {
        return file;
    }

    /** All findings so far; others may be added. */
    List<Finding> findings() {
        return findings;
    }

    void error(Node node, String message, @Nullable String hint) {
        findings.add(RouteDocument.at(file, node, Severity.ERROR, message, hint));
    }

    void warn(Node node, String message, @Nullable String hint) {
        findings.add(RouteDocument.at(file, node, Severity.WARNING, message, hint));
    }

    long errors() {
        return findings.stream().filter(Finding::isError).count();
    }

    /** The text of a scalar with placeholders replaced; empty if there is none, with the reason among the findings. */
    Optional<String> text(Node node, String what) {
        if (!(node instanceof ScalarNode scalar)) {
            error(node, what + " is one word or number, and not a list or a mapping", null);
            return Optional.empty();
        }
        Optional<String> text = placeholders.replace(file, scalar, findings).map(String::strip);
        if (text.filter(String::isEmpty).isPresent()) {
            error(node, what + " has no value", "write one, or remove '" + what + "'");
            return Optional.empty();
        }
        return text;
    }
}
