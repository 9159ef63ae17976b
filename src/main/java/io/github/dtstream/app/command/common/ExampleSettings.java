package io.github.dtstream.app.command.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The settings that a route of the shelf needs, which its comments name in a form that all of them have. */
public final class ExampleSettings {
    private static final String HEADING = "# Settings, in application.properties";
    private static final String LINE = "#   ";

    private ExampleSettings() {}

    /** The lines for {@code application.properties}, with values to start from; empty if it needs none. */
    public static List<String> of(Path route) throws IOException {
        return Files.readAllLines(route).stream()
                .dropWhile(line -> !line.startsWith(HEADING))
                .skip(1)
                .takeWhile(line -> line.startsWith(LINE))
                .map(line -> line.substring(LINE.length()))
                .toList();
    }
}
