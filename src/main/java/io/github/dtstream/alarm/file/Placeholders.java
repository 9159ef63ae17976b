package io.github.dtstream.alarm.file;

import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteFile;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Replaces names of settings in double braces by their values. */
@FunctionalInterface
public interface Placeholders {
    /** Replaces nothing. */
    Placeholders NONE = (file, scalar, findings) -> Optional.of(scalar.getValue());

    /**
     * The text of a scalar with its placeholders replaced.
     *
     * @param findings gets the errors of placeholders
     * @return empty if a placeholder has no value
     */
    Optional<String> replace(RouteFile file, ScalarNode scalar, List<Finding> findings);
}
