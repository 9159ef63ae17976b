package io.github.dtstream.route.reload;

import io.github.dtstream.route.model.RouteFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/** The route files, and the values of the placeholders in them, as they were at one moment. Immutable. */
record Snapshot(RouteFiles files, Map<String, String> values) {
    Snapshot {
        values = Map.copyOf(values);
    }

    static Snapshot read(Path directory, Supplier<Map<String, String>> properties) throws IOException {
        return new Snapshot(RouteFiles.read(directory), properties.get());
    }
}
