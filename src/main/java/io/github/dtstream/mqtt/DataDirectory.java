package io.github.dtstream.mqtt;

import java.nio.file.Path;
import org.apache.camel.CamelContext;

/** The folder that the application keeps its files in. */
final class DataDirectory {
    private DataDirectory() {}

    static Path of(CamelContext context) {
        String configured =
                context.getPropertiesComponent().resolveProperty("dt.data-dir").orElse("data");
        return Path.of(configured).toAbsolutePath().normalize();
    }
}
