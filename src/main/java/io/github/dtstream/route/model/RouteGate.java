package io.github.dtstream.route.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A last check before a change of valid routes takes effect, such as the tests beside the routes. */
@FunctionalInterface
public interface RouteGate {
    /** Checks the routes of a directory; an error keeps them from being loaded. */
    List<Finding> check(Path directory, Map<String, String> properties);

    /** What it reads beside the routes: equal to the answer before as long as nothing of that has changed. */
    default Object input(Path directory) {
        return "";
    }

    /** Lets everything pass. */
    RouteGate OPEN = (directory, properties) -> List.of();
}
