package io.github.dtstream.app.command.common;

import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.app.settings.Settings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names a data folder. A command speaks to the router that runs on that folder. */
public final class DataFolder {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "The router's data folder. Default: dt.data-dir of application.properties.")
    private @Nullable Path given;

    /**
     * The data folder: the given one, or else that of the settings.
     *
     * @throws ConfigurationException if none was given and the settings cannot be read
     */
    public Path path() throws ConfigurationException {
        Path named = given;
        return named == null ? Path.of(Settings.here().get(Setting.DATA_DIR)) : named;
    }

    /**
     * A client of the router that runs on the data folder.
     *
     * @throws ConfigurationException if none was given and the settings cannot be read
     */
    public RouterClient router() throws ConfigurationException {
        return new RouterClient(path());
    }
}
