package io.github.dtstream.app.command.common;

import io.github.dtstream.app.settings.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The parameter that names the folder of routes which a command reads. */
public final class RoutesDirectory {
    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            description = "The folder. Default: ${DEFAULT-VALUE}.",
            defaultValue = "routes")
    private Path directory;

    /** @throws ConfigurationException if there is no such folder */
    public Path existing() throws ConfigurationException {
        requireFolder(directory);
        return directory;
    }

    public static void requireFolder(Path directory) throws ConfigurationException {
        if (!Files.isDirectory(directory)) {
            throw new ConfigurationException(
                    "There is no folder " + directory.toAbsolutePath()
                            + ". Name the folder that holds the routes, or go to where routes/ is; the command init writes one.");
        }
    }
}
