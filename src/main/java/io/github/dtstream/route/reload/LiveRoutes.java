package io.github.dtstream.route.reload;

import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteLoader;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.model.RouteUnit;
import io.github.dtstream.text.ReadableDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds routes to a context and removes them, one at a time. Not thread-safe: the reloader's thread owns it. */
final class LiveRoutes implements RouteHost {
    private static final Logger LOG = LoggerFactory.getLogger(LiveRoutes.class);

    private final CamelContext context;
    private final Model model;
    private final RouteLoader loader;
    private final RouteProperties properties;
    private final Duration stopTimeout;
    private final Map<String, String> beans = new HashMap<>();
    /** By route. Concurrent, as Camel reads it from the thread that starts a route. */
    private final Map<String, RouteOutcomes> policies = new ConcurrentHashMap<>();

    private final List<RouteConfigurationDefinition> configurations = new ArrayList<>();
    private final List<RouteTemplateDefinition> templates = new ArrayList<>();

    /** @param stopTimeout how long the current exchange may take before a route is stopped by force */
    LiveRoutes(CamelContext context, Duration stopTimeout) {
        this.context = context;
        this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
        this.loader = new RouteLoader(context);
        this.properties = new RouteProperties(context.getPropertiesComponent());
        this.stopTimeout = stopTimeout;
        context.addRoutePolicyFactory((camel, id, definition) -> policies.get(id));
    }

    /**
     * A route that was added.
     *
     * @param unit its definition
     * @param values the values of its placeholders
     * @param outcomes counts how its exchanges end
     */
    record Running(RouteUnit unit, Map<String, String> values, RouteOutcomes outcomes) {}

    @Override
    public Running add(RouteUnit unit, Map<String, String> values, RouteOutcomes outcomes) throws Exception {
        Running running = new Running(unit, values, outcomes);
        if (unit.included()) {
            properties.use(values);
            bindBeans(unit);
            policies.put(unit.id(), outcomes);
            // Camel itself has added a route from a template.
            for (RouteDefinition definition : loader.define(unit)) {
                if (!unit.isTemplated()) {
                    model.addRouteDefinition(definition);
                }
            }
        }
        return running;
    }

    private void bindBeans(RouteUnit unit) throws Exception {
        String file = unit.file().name();
        if (!unit.beansFingerprint().equals(beans.get(file))) {
            // If one bean fails, it is not known which are bound.
            beans.remove(file);
            loader.bindBeans(unit.file(), unit.beans());
            beans.put(file, unit.beansFingerprint());
        }
    }

    /**
     * Gives Camel's static simple language this context again. The language keeps the context that started it last;
     * after a check that is a closed one.
     */
    void reclaimSimpleLanguage() {
        ServiceHelper.startService(context.resolveLanguage("simple"));
    }

    @Override
    public void remove(Running running) throws Exception {
        String id = running.unit().id();
        context.getRouteController().stopRoute(id, stopTimeout.toMillis(), TimeUnit.MILLISECONDS, false);
        // Camel returns true after a forced stop as well.
        if (context.getInflightRepository().size(id) > 0) {
            LOG.warn(
                    "Route {} did not finish within {} and was stopped by force", id, ReadableDuration.of(stopTimeout));
        }
        context.removeRoute(id);
        RouteDefinition definition = model.getRouteDefinition(id);
        if (definition != null) {
            model.removeRouteDefinition(definition);
        }
        policies.remove(id);
        context.removeService(running.outcomes());
    }

    @Override
    public void share(Collection<RouteFile> files, Map<String, String> values) throws Exception {
        for (RouteConfigurationDefinition old : configurations) {
            model.getRouteConfigurationDefinitions().remove(old);
        }
        for (RouteTemplateDefinition old : templates) {
            model.removeRouteTemplateDefinition(old);
        }
        properties.use(values);
        List<RouteConfigurationDefinition> others = List.copyOf(model.getRouteConfigurationDefinitions());
        List<RouteTemplateDefinition> otherTemplates = List.copyOf(model.getRouteTemplateDefinitions());
        try {
            share(files);
        } finally {
            // Also after a failure: the part that was added is removed by the next call.
            replace(configurations, model.getRouteConfigurationDefinitions(), others);
            replace(templates, model.getRouteTemplateDefinitions(), otherTemplates);
        }
    }

    private void share(Collection<RouteFile> files) throws Exception {
        for (RouteFile file : files) {
            RouteDocument document = RouteDocument.parse(file);
            loader.bindBeans(file, RouteSet.sharedBeanItems(document));
            loader.share(file, RouteSet.sharedItems(document));
        }
    }

    private static <T> void replace(List<T> ours, List<T> all, List<T> others) {
        ours.clear();
        all.stream().filter(one -> !others.contains(one)).forEach(ours::add);
    }
}
