package io.github.dtstream.route.model;

import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The endpoints of a route that was made from a template. Immutable.
 *
 * @param unit the route
 * @param node the route's node in its file
 * @param source the address that it reads, as {@code scheme:path?options}
 * @param targets its other addresses
 */
public record TemplatedRoute(RouteUnit unit, Node node, String source, Set<String> targets) {
    public TemplatedRoute {
        source = plain(source);
        targets = Set.copyOf(targets.stream().map(TemplatedRoute::plain).toList());
    }

    private static String plain(String uri) {
        return uri.replaceFirst("://", ":");
    }

    /** An option of the source; empty text if it is not set. */
    public String option(String name) {
        int query = source.indexOf('?');
        for (String pair : source.substring(query + 1).split("&")) {
            if (query >= 0 && pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        return "";
    }
}
