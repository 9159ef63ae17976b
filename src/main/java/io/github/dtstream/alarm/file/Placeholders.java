package io.github.dtstream.alarm.file;

import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteFile;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Puts the values of settings where a file has their names in double braces. */
@FunctionalInterface
public interface Placeholders {
    /** There are none: text is what it is. */
    Placeholders NONE = (file, scalar, findings) -> Optional.of(scalar.getValue());

    /**
     * The text of a scalar with its placeholders replaced.
     *
     * @param findings takes what is wrong with them
     * @return empty if one of them has no value
     */
    Optional<String> replace(RouteFile file, ScalarNode scalar, List<Finding> findings);
}
