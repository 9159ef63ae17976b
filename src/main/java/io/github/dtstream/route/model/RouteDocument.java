package io.github.dtstream.route.model;

import io.github.dtstream.route.model.Finding.Severity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * A route file, parsed as YAML and divided into the items of its list. Not thread-safe, as Camel's loader changes the
 * nodes.
 */
public final class RouteDocument {
    private static final Set<String> ROUTES = Set.of("route", "from", "templatedRoute");
    private static final Set<String> SHARED = Set.of("routeConfiguration", "routeTemplate");

    private final RouteFile file;
    private final List<Item> items;
    private final List<Finding> findings;

    private RouteDocument(RouteFile file, List<Item> items, List<Finding> findings) {
        this.file = file;
        this.items = List.copyOf(items);
        this.findings = List.copyOf(findings);
    }

    /** One element of the file's list; its only key is the kind. */
    public record Item(String kind, Node key, Node node, Node content) {
        /** Whether it defines a route. */
        boolean isRoute() {
            return ROUTES.contains(kind);
        }

        /** Whether it takes effect in the routes of every file. */
        boolean isShared() {
            return SHARED.contains(kind);
        }

        /** Whether it takes effect in the routes of its own file. */
        boolean isFileLevel() {
            return !isRoute() && !isShared();
        }
    }

    public static RouteDocument parse(RouteFile file) {
        List<Finding> findings = new ArrayList<>();
        List<Item> items = new ArrayList<>();
        compose(file, findings).ifPresent(root -> cut(file, root, items, findings));
        return new RouteDocument(file, items, findings);
    }

    public static Optional<Node> compose(RouteFile file, List<Finding> findings) {
        int broken = file.text().indexOf(RouteFile.NO_CHARACTER);
        if (broken >= 0) {
            String before = file.text().substring(0, broken);
            int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
            int column = broken - before.lastIndexOf('\n');
            String message = "the text is not UTF-8 here";
            findings.add(new Finding(file.label(), line, column, Severity.ERROR, message, "save the file as UTF-8"));
            return Optional.empty();
        }
        try {
            // YAML reads a placeholder without quotes as a mapping within a mapping. It is found below, with its place.
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(file.label())
                    .setAllowNonScalarKeys(true)
                    .build();
            Composer composer =
                    new Composer(settings, new ParserImpl(settings, new StreamReader(settings, file.text())));
            Optional<Node> root = composer.getSingleNode();
            if (root.isEmpty()) {
                // Otherwise an editor that truncates a file and then writes it would remove the routes for a moment.
                findings.add(new Finding(
                        file.label(), 0, 0, Severity.ERROR, "the file is empty", "delete it to remove its routes"));
            }
            int before = findings.size();
            root.ifPresent(node -> oddities(file, node, findings));
            return findings.size() == before ? root : Optional.empty();
        } catch (MarkedYamlEngineException e) {
            findings.add(SyntaxError.of(file, e));
        } catch (ReaderException e) {
            findings.add(SyntaxError.of(file, e));
        } catch (YamlEngineException e) {
            findings.add(atMark(
                    file,
                    null,
                    Severity.ERROR,
                    "not YAML: the text cannot be read",
                    "the parser says: " + e.getMessage()));
        }
        return Optional.empty();
    }

    /** Finds mistakes that are valid YAML: text that would be read as something else, or ignored. */
    private static void oddities(RouteFile file, Node node, List<Finding> findings) {
        if (node.isRecursive()) {
            String message = "this value contains itself, by '&' and '*'";
            findings.add(at(file, node, Severity.ERROR, message, "write out what is meant"));
            return;
        }
        if (node.getTag().getValue().startsWith("!")) {
            String message = "the tag '" + node.getTag().getValue() + "' means nothing here";
            String hint = "take it out; the value of a setting is written as \"{{name}}\"";
            findings.add(at(file, node, Severity.ERROR, message, hint));
        }
        if (node instanceof MappingNode mapping) {
            Set<String> seen = new HashSet<>();
            for (NodeTuple tuple : mapping.getValue()) {
                Node key = tuple.getKeyNode();
                if (!(key instanceof ScalarNode)) {
                    String hint = "put a placeholder in quotes: \"{{name}}\"";
                    findings.add(at(file, node, Severity.ERROR, "braces stand here without quotes", hint));
                } else if (!seen.add(Nodes.text(key))) {
                    String message = "'" + Nodes.text(key) + "' stands here twice";
                    findings.add(at(file, key, Severity.ERROR, message, "take one of the two out"));
                }
                oddities(file, tuple.getValueNode(), findings);
            }
        } else {
            Nodes.elements(node).forEach(element -> oddities(file, element, findings));
        }
    }

    private static void cut(RouteFile file, Node root, List<Item> items, List<Finding> findings) {
        if (!(root instanceof SequenceNode)) {
            findings.add(at(
                    file,
                    root,
                    Severity.ERROR,
                    "a file of routes is a list",
                    "begin each of its items with a hyphen: '- route:'"));
            return;
        }
        for (Node element : Nodes.elements(root)) {
            if (element instanceof MappingNode mapping && mapping.getValue().size() == 1) {
                Node key = mapping.getValue().get(0).getKeyNode();
                Node content = mapping.getValue().get(0).getValueNode();
                items.add(new Item(Nodes.text(key), key, element, content));
            } else {
                findings.add(at(
                        file,
                        element,
                        Severity.ERROR,
                        "an item of the list has exactly one key, such as 'route'",
                        "indent what belongs to it by two more spaces"));
            }
        }
    }

    public static Finding at(
            RouteFile file, @Nullable Node node, Severity severity, String message, @Nullable String hint) {
        return atMark(file, node == null ? null : node.getStartMark().orElse(null), severity, message, hint);
    }

    static Finding atMark(
            RouteFile file, @Nullable Mark mark, Severity severity, String message, @Nullable String hint) {
        int line = mark == null ? 0 : mark.getLine() + 1;
        int column = mark == null ? 0 : mark.getColumn() + 1;
        return new Finding(file.label(), line, column, severity, message, hint);
    }

    public Finding error(Node node, String message, @Nullable String hint) {
        return at(file, node, Severity.ERROR, message, hint);
    }

    /** An error at a character of a text; at the text itself if the character's place is not known. */
    public Finding errorIn(ScalarNode text, int index, String message, @Nullable String hint) {
        Finding whole = error(text, message, hint);
        int quote = text.getScalarStyle() == ScalarStyle.PLAIN ? 0 : 1;
        int length = text.getStartMark()
                .flatMap(start -> text.getEndMark()
                        .filter(end -> end.getLine() == start.getLine())
                        .map(end -> end.getColumn() - start.getColumn()))
                .orElse(-1);
        // With escapes or several lines, the place of a character cannot be computed.
        if (index < 0 || length != text.getValue().length() + 2 * quote) {
            return whole;
        }
        return new Finding(whole.file(), whole.line(), whole.column() + quote + index, whole.severity(), message, hint);
    }

    public Finding warning(Node node, String message, @Nullable String hint) {
        return at(file, node, Severity.WARNING, message, hint);
    }

    public RouteFile file() {
        return file;
    }

    public List<Item> items() {
        return items;
    }

    /** The errors in the file as YAML and as a list; if there are any, items may be missing. */
    public List<Finding> findings() {
        return findings;
    }
}
