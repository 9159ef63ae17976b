package io.github.dtstream.route.reload;

import java.util.Map;
import java.util.Properties;
import org.apache.camel.spi.PropertiesComponent;

/**
 * The values that placeholders have when a route is built. A route that is running has had its placeholders replaced and
 * does not notice other values. Owned by one thread.
 *
 * <p>They are set as Camel's override properties: everything else that a context knows, what it was started with among
 * it, would be older than they are.
 */
final class RouteProperties {
    private final PropertiesComponent component;
    /** What was overridden before and is not ours. */
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
            // A value that is taken away later must not come back from here.
            values.keySet().forEach(others::remove);
            used = true;
        }
        Properties overrides = new Properties();
        overrides.putAll(others);
        overrides.putAll(values);
        component.setOverrideProperties(overrides);
    }
}
