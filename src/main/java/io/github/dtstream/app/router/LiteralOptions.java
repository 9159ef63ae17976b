package io.github.dtstream.app.router;

import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.support.PluginHelper;

/**
 * Sets options of components to their values without interpreting them. Camel would look for placeholders and bean
 * references in a value, and an error about a broken one would show the value, which may be a secret.
 */
public final class LiteralOptions extends MainListenerSupport {
    private final Map<String, String> options;

    /** @param options values by {@code component.option} */
    public LiteralOptions(Map<String, String> options) {
        this.options = Map.copyOf(options);
    }

    @Override
    public void afterConfigure(BaseMainSupport main) {
        set(main.getCamelContext());
    }

    /** Sets the options in a context that is not started yet. */
    public void set(CamelContext context) {
        options.forEach((name, value) -> {
            int dot = name.indexOf('.');
            set(context, name.substring(0, dot), name.substring(dot + 1).replace("-", ""), value);
        });
    }

    private static void set(CamelContext context, String scheme, String option, String value) {
        Component component = context.getComponent(scheme);
        PropertyConfigurer configurer =
                PluginHelper.getConfigurerResolver(context).resolvePropertyConfigurer(scheme + "-component", context);
        if (component == null || configurer == null || !configurer.configure(context, component, option, value, true)) {
            throw new IllegalStateException("the component " + scheme + " has no option " + option);
        }
    }
}
