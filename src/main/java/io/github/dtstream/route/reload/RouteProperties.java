package io.github.dtstream.route.reload;

import java.util.Map;
import java.util.Properties;
import org.apache.camel.spi.PropertiesComponent;

/**
 * The values of placeholders while a route is built. A running route is not affected by other values, as its
 * placeholders have been replaced. Owned by one thread.
 *
 * <p>They are set as Camel's override properties, as all other properties of the context, also those that it was
 * started with, are older.
 */
final class RouteProperties {
    private final PropertiesComponent component;
    /** The override properties that others have set. */
    private final Properties others = new Properties();

    private boolean used;

    RouteProperties(PropertiesComponent component) {
        this.component = component;
        if (component instanceof org.apache.camel.component.properties.PropertiesComponent camels
                && camels.getOverrideProperties() != null) {
            others.putAll(camels.getOverrideProperties());
        }
    }

    void use(Map<String, String> values) {
        if (!used) {
            // A value that is removed later must not come back from here.
            values.keySet().forEach(others::remove);
            used = true;
        }
        Properties overrides = new Properties();
        overrides.putAll(others);
        overrides.putAll(values);
        component.setOverrideProperties(overrides);
    }
}
