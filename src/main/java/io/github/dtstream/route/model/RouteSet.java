package io.github.dtstream.route.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The routes of a set of files. Fingerprints compare their meaning, with placeholders resolved by a context, into which
 * nothing is loaded. Immutable.
 */
public final class RouteSet {
    private final RouteFiles files;
    private final List<RouteDocument> documents;
    private final Map<String, RouteUnit> units = new LinkedHashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> declaredIds = new HashSet<>();
    private final String sharedFingerprint;
    private final CamelContext context;

    public RouteSet(RouteFiles files, CamelContext context) {
        this.files = files;
        this.context = context;
        this.documents = files.routes().stream().map(RouteDocument::parse).toList();
        this.sharedFingerprint = sharedFingerprint();
        for (RouteDocument document : documents) {
            document.items().stream()
                    .filter(RouteDocument.Item::isRoute)
                    .map(this::declaredId)
                    .filter(Objects::nonNull)
                    .forEach(declaredIds::add);
        }
        documents.forEach(this::unitsOf);
    }

    public RouteFiles files() {
        return files;
    }

    public List<RouteDocument> documents() {
        return documents;
    }

    public Collection<RouteUnit> units() {
        return List.copyOf(units.values());
    }

    public Optional<RouteUnit> unit(String id) {
        return Optional.ofNullable(units.get(id));
    }

    /** The errors about ids that are used twice. */
    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    /**
     * The fingerprint of the route configurations, templates and shared beans of all files, which take effect in every
     * route.
     */
    public String shared() {
        return sharedFingerprint;
    }

    /** The items of a document that declare beans. */
    public static Set<Integer> beanItems(RouteDocument document) {
        return indexes(document, RouteSet::isBeans);
    }

    /** The items of a document that are route configurations or templates. */
    public static Set<Integer> sharedItems(RouteDocument document) {
        return indexes(document, RouteDocument.Item::isShared);
    }

    /** The items of a document that declare beans for all files, which only a document without routes does. */
    public static Set<Integer> sharedBeanItems(RouteDocument document) {
        return hasRoutes(document) ? Set.of() : beanItems(document);
    }

    private static boolean hasRoutes(RouteDocument document) {
        return document.items().stream().anyMatch(RouteDocument.Item::isRoute);
    }

    private String sharedFingerprint() {
        StringBuilder text = new StringBuilder();
        documents.forEach(document -> text.append(shared(document)));
        return RouteFile.hash(text.toString());
    }

    /**
     * The canonical text of the items that a file shares with the routes of all files; empty if there are none, or no
     * such file.
     */
    public String shared(String file) {
        return documents.stream()
                .filter(document -> document.file().name().equals(file))
                .findFirst()
                .map(this::shared)
                .orElse("");
    }

    private String shared(RouteDocument document) {
        boolean beansToo = !hasRoutes(document);
        return document.items().stream()
                .filter(item -> item.isShared() || beansToo && isBeans(item))
                .map(item -> Nodes.canonical(item.node(), this::resolve))
                .collect(Collectors.joining());
    }

    private void unitsOf(RouteDocument document) {
        Set<Integer> beans = indexes(document, RouteSet::isBeans);
        Set<Integer> fileLevel = indexes(document, item -> item.isFileLevel() && !isBeans(item));
        for (int i = 0; i < document.items().size(); i++) {
            RouteDocument.Item item = document.items().get(i);
            if (item.isRoute()) {
                @Nullable String named = declaredId(item);
                String id = named != null ? named : generatedId(document.file());
                add(
                        item,
                        new RouteUnit(
                                id,
                                document.file(),
                                i,
                                item.node()
                                        .getStartMark()
                                        .map(mark -> mark.getLine() + 1)
                                        .orElse(0),
                                item.kind().equals("templatedRoute"),
                                beans,
                                fileLevel,
                                isIncluded(item),
                                fingerprint(document, item),
                                fingerprint(document, "", RouteSet::isBeans)));
            }
        }
    }

    private void add(RouteDocument.Item item, RouteUnit unit) {
        RouteUnit first = units.putIfAbsent(unit.id(), unit);
        if (first != null) {
            boolean isFirstNewer = isNewer(first, unit);
            RouteUnit newer = isFirstNewer ? first : unit;
            RouteUnit older = isFirstNewer ? unit : first;
            findings.add(RouteDocument.at(
                    newer.file(),
                    idNode(isFirstNewer ? item(first) : item),
                    Finding.Severity.ERROR,
                    "the route id '" + unit.id() + "' is already used in "
                            + older.file().label() + ":" + older.line(),
                    "give one of the two another id"));
        }
    }

    /** Whether a route's file was written after another's. A conflict is reported for the newer file. */
    public boolean isNewer(RouteUnit unit, RouteUnit other) {
        return files.isNewer(unit.file(), other.file());
    }

    private RouteDocument.Item item(RouteUnit unit) {
        return documents.stream()
                .filter(document -> document.file().equals(unit.file()))
                .findFirst()
                .orElseThrow()
                .items()
                .get(unit.index());
    }

    private static Node idNode(RouteDocument.Item item) {
        Node id = Nodes.value(item.content(), item.kind().equals("templatedRoute") ? "routeId" : "id");
        return id == null ? item.node() : id;
    }

    private @Nullable String declaredId(RouteDocument.Item item) {
        return Nodes.textAt(item.content(), item.kind().equals("templatedRoute") ? "routeId" : "id")
                .filter(id -> !item.kind().equals("from"))
                .map(this::resolve)
                .orElse(null);
    }

    /** The id of a route that declares none, from the file's name: it stays the same while other files come and go. */
    private String generatedId(RouteFile file) {
        String id = file.stem();
        for (int number = 2; units.containsKey(id) || declaredIds.contains(id); number++) {
            id = file.stem() + "-" + number;
        }
        return id;
    }

    private String fingerprint(RouteDocument document, RouteDocument.Item item) {
        String own = Nodes.canonical(item.node(), this::resolve);
        return fingerprint(document, sharedFingerprint + own, RouteDocument.Item::isFileLevel);
    }

    private String fingerprint(RouteDocument document, String prefix, Predicate<RouteDocument.Item> counted) {
        StringBuilder text = new StringBuilder(prefix);
        document.items().stream()
                .filter(counted)
                .forEach(item -> text.append(Nodes.canonical(item.node(), this::resolve)));
        return RouteFile.hash(text.toString());
    }

    private static boolean isBeans(RouteDocument.Item item) {
        return item.kind().equals("beans");
    }

    /** Whether the route's precondition holds; Camel leaves out a route whose precondition does not. */
    private boolean isIncluded(RouteDocument.Item item) {
        Optional<String> precondition =
                Nodes.textAt(item.content(), "precondition").map(this::resolve);
        if (precondition.isEmpty() || precondition.get().contains("{{")) {
            return true;
        }
        try {
            Exchange exchange = new DefaultExchange(context);
            return context.resolveLanguage("simple")
                    .createPredicate(precondition.get())
                    .matches(exchange);
        } catch (RuntimeException e) {
            // The check of expressions reports the error.
            return true;
        }
    }

    /** The text with its placeholders replaced; unchanged if one of them is not set. */
    public String resolve(String text) {
        if (!text.contains("{{")) {
            return text;
        }
        try {
            return context.resolvePropertyPlaceholders(text);
        } catch (RuntimeException e) {
            return text;
        }
    }

    private static Set<Integer> indexes(RouteDocument document, Predicate<RouteDocument.Item> wanted) {
        Set<Integer> indexes = new TreeSet<>();
        for (int i = 0; i < document.items().size(); i++) {
            if (wanted.test(document.items().get(i))) {
                indexes.add(i);
            }
        }
        return indexes;
    }
}
