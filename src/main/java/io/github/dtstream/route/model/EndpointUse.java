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
 * @param role the key it stands under: {@code from}, {@code to}, {@code wireTap}, …
 * @param node where its URI stands
 * @param scheme the component's name; where that is in a setting, the address as it is written
 * @param path what follows the scheme, up to the options; may be empty
 * @param options the options, from the URI and from {@code parameters}, with the node to point at
 * @param dynamic whether the URI is only known when a message comes
 */
public record EndpointUse(
        String role, Node node, String scheme, String path, Map<String, Option> options, boolean dynamic) {
    private static final Set<String> BARE =
            Set.of("from", "to", "toD", "wireTap", "deadLetterUri", "interceptFrom", "poll");

    /** What stands below has names of its own: an option or a bean's property may be called {@code to}. */
    private static final Set<String> FREE = Set.of("parameters", "properties", "constructors");

    /** An option's name as written, and its value. */
    public record Option(Node node, String value) {}

    public boolean isSource() {
        return role.equals("from");
    }

    /** Scheme and path: what {@code direct} and {@code seda} endpoints meet by. */
    public String address() {
        return scheme.startsWith("{{") ? scheme : scheme + ":" + path;
    }

    public Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name)).map(Option::value);
    }

    /** The endpoints that are named below a node, in the order of the text. */
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

    /** The endpoint that an address stands for, which an expression holds. */
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
