package io.github.dtstream.alarm.file;

import io.github.dtstream.route.model.Nodes;
import java.util.Locale;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Evaluates whether a rule applies: its {@code precondition} is true or false, as for a route, usually by a setting.
 * Pure.
 */
final class Precondition {
    static final String KEY = "precondition";

    private Precondition() {}

    /** Without a precondition, or with a wrong one, which is reported elsewhere, the rule applies. */
    static boolean holds(Node rule, Complaints complaints) {
        Node node = Nodes.value(rule, KEY);
        return node == null || !text(node, complaints).equals("false");
    }

    /** Reports one that is neither true nor false. */
    static void check(Section rule) {
        Optional<Node> node = rule.at(KEY);
        if (node.isEmpty()) {
            return;
        }
        String text = text(node.get(), rule.complaints());
        if (!text.isEmpty() && !text.equals("true") && !text.equals("false")) {
            rule.complaints()
                    .error(
                            node.get(),
                            "'precondition' is '" + text + "', which is neither true nor false",
                            "write true, false or a setting that is: \"{{a.setting:false}}\"");
        }
    }

    private static String text(Node node, Complaints complaints) {
        return complaints.text(node, KEY).orElse("").toLowerCase(Locale.ROOT);
    }
}
