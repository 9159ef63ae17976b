package io.github.dtstream.route.model;

import java.io.IOException;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * A Camel context in which routes are checked. It is built but never started: endpoints and processors are created in
 * it, but producers and consumers are not, so nothing connects.
 */
public final class ScratchContext implements AutoCloseable {
    private final DefaultCamelContext context;

    private ScratchContext(DefaultCamelContext context) {
        this.context = context;
    }

    /** A built context. */
    public static ScratchContext open(Map<String, String> properties, Consumer<CamelContext> equipment) {
        DefaultCamelContext context = create(properties, equipment);
        context.build();
        return new ScratchContext(context);
    }

    /** A context that the caller starts and stops. */
    public static DefaultCamelContext create(Map<String, String> properties, Consumer<CamelContext> equipment) {
        DefaultCamelContext context = new DefaultCamelContext(false);
        context.disableJMX();
        Properties overrides = new Properties();
        overrides.putAll(properties);
        PropertiesComponent component = (PropertiesComponent) context.getPropertiesComponent();
        component.setOverrideProperties(overrides);
        component.setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_FALLBACK);
        component.setSystemPropertiesMode(PropertiesComponent.SYSTEM_PROPERTIES_MODE_FALLBACK);
        equipment.accept(context);
        return context;
    }

    public DefaultCamelContext context() {
        return context;
    }

    @Override
    public void close() {
        try {
            context.close();
        } catch (IOException e) {
            throw new RuntimeCamelException("a context that was never started does not close", e);
        }
    }
}
