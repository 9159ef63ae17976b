package io.github.dtstream.app.command.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The settings that an example route needs. All example routes list them in comments of the same form. */
public final class ExampleSettings {
    private static final String HEADING = "# Settings, in application.properties";
    private static final String LINE = "#   ";

    private ExampleSettings() {}

    /** The lines for {@code application.properties}, with values to start from; empty if the route needs none. */
    public static List<String> of(Path route) throws IOException {
        return Files.readAllLines(route).stream()
                .dropWhile(line -> !line.startsWith(HEADING))
                .skip(1)
                .takeWhile(line -> line.startsWith(LINE))
                .map(line -> line.substring(LINE.length()))
                .toList();
    }
}
