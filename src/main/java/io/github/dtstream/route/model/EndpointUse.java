package io.github.dtstream.route.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A place in a file where an endpoint is named. Immutable.
 *
 * @param role its key: {@code from}, {@code to}, {@code wireTap}, and others
 * @param node the node of its URI
 * @param scheme the component's name; if a placeholder holds it, the whole address as written
 * @param path what follows the scheme, up to the options; may be empty
 * @param options the options from the URI and from {@code parameters}
 * @param dynamic whether the URI is known only at run time
 */
public record EndpointUse(
        String role, Node node, String scheme, String path, Map<String, Option> options, boolean dynamic) {
    private static final Set<String> BARE =
            Set.of("from", "to", "toD", "wireTap", "deadLetterUri", "interceptFrom", "poll");

    /** Keys below which names are free: an option or a bean's property may be called {@code to}. */
    private static final Set<String> FREE = Set.of("parameters", "properties", "constructors");

    /** An option's node, at which findings point, and its value. */
    public record Option(Node node, String value) {}

    public boolean isSource() {
        return role.equals("from");
    }

    /** Scheme and path, by which {@code direct} and {@code seda} endpoints find each other. */
    public String address() {
        return scheme.startsWith("{{") ? scheme : scheme + ":" + path;
    }

    public Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name)).map(Option::value);
    }

    /** The endpoints below a node, in the order of the text. */
    public static List<EndpointUse> in(Node root) {
        List<EndpointUse> uses = new ArrayList<>();
        Nodes.eachEntry(root, (above, entry) -> {
            if (above.stream().noneMatch(FREE::contains)) {
                of(entry).ifPresent(uses::add);
            }
        });
        return uses;
    }

    /** The endpoint that a step or another entry names, if it names one. */
    public static Optional<EndpointUse> of(NodeTuple entry) {
        String role = Nodes.key(entry);
        if (entry.getValueNode() instanceof ScalarNode uri
                && BARE.contains(role)
                && !uri.getValue().isBlank()) {
            return Optional.of(parse(role, uri, uri.getValue()));
        }
        if (entry.getValueNode() instanceof MappingNode mapping
                && Nodes.value(mapping, "uri") instanceof ScalarNode uri
                && !FREE.contains(role)
                && !uri.getValue().isBlank()) {
            return Optional.of(parse(role, uri, uri.getValue(), Nodes.value(mapping, "parameters")));
        }
        return Optional.empty();
    }

    /** The endpoint of an address that an expression holds. */
    public static EndpointUse parse(String role, ScalarNode node, String address) {
        return parse(role, node, address, null);
    }

    private static EndpointUse parse(String role, ScalarNode node, String address, @Nullable Node parameters) {
        String uri = address.trim();
        int query = uri.indexOf('?');
        String base = query < 0 ? uri : uri.substring(0, query);
        Map<String, Option> options = new LinkedHashMap<>();
        if (query >= 0) {
            queryOptions(uri.substring(query + 1), node, options);
        }
        if (parameters instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                options.put(Nodes.key(tuple), new Option(tuple.getKeyNode(), Nodes.text(tuple.getValueNode())));
            }
        }
        boolean isHidden = base.startsWith("{{");
        int colon = isHidden ? -1 : base.indexOf(':');
        String scheme = colon < 0 ? base : base.substring(0, colon).toLowerCase(Locale.ROOT);
        String path = colon < 0 ? "" : base.substring(colon + 1).replaceFirst("^//", "");
        boolean dynamic = uri.contains("${") || role.equals("toD");
        return new EndpointUse(role, node, scheme, path, Map.copyOf(options), dynamic);
    }

    private static void queryOptions(String query, Node node, Map<String, Option> options) {
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                options.put(pair.substring(0, equals), new Option(node, pair.substring(equals + 1)));
            }
        }
    }
}
