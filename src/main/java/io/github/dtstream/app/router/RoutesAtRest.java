package io.github.dtstream.app.router;

import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.model.RouteLoader;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.model.RouteUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.main.Main;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteDefinitionHelper;
import org.apache.camel.support.DefaultExchange;

/**
 * The routes of a folder, built in a Camel context that is never started, so that their endpoints can be inspected.
 * Nothing connects. Used by one thread.
 */
public final class RoutesAtRest implements AutoCloseable {
    private final Main main;
    private final List<Route> routes;

    private RoutesAtRest(Main main, List<Route> routes) {
        this.main = main;
        this.routes = List.copyOf(routes);
    }

    /**
     * Builds the routes that a router would start.
     *
     * @param settings with a data folder that no router uses
     * @param files valid files
     * @throws Exception if Camel cannot build one
     */
    public static RoutesAtRest open(Settings settings, RouteFiles files) throws Exception {
        Main main = Router.atRest(settings);
        CamelContext context = main.getCamelContext();
        Properties values = new Properties();
        values.putAll(settings.forRoutes());
        ((PropertiesComponent) context.getPropertiesComponent()).setOverrideProperties(values);
        RouteSet set = new RouteSet(files, context);
        RouteLoader loader = new RouteLoader(context);
        for (var document : set.documents()) {
            loader.bindBeans(document.file(), RouteSet.beanItems(document));
            loader.share(document.file(), RouteSet.sharedItems(document));
        }
        List<Route> routes = new ArrayList<>();
        for (RouteUnit unit : set.units()) {
            for (RouteDefinition definition : loader.define(unit)) {
                if (runs(context, definition)) {
                    RouteDefinitionHelper.forceAssignIds(context, definition);
                    routes.add(loader.build(definition));
                }
            }
        }
        return new RoutesAtRest(main, routes);
    }

    /** Whether a router would start the route: its precondition holds, and its {@code autoStartup} is not false. */
    private static boolean runs(CamelContext context, RouteDefinition definition) {
        String wanted = definition.getAutoStartup();
        String condition = definition.getPrecondition();
        return (wanted == null || !context.resolvePropertyPlaceholders(wanted).equalsIgnoreCase("false"))
                && (condition == null
                        || context.resolveLanguage("simple")
                                .createPredicate(context.resolvePropertyPlaceholders(condition))
                                .matches(new DefaultExchange(context)));
    }

    /** The routes, each with what it reads. */
    public List<Route> routes() {
        return routes;
    }

    /** All endpoints of that class that the routes read from or deliver to. */
    public <T extends Endpoint> List<T> endpoints(Class<T> kind) {
        return main.getCamelContext().getEndpoints().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    @Override
    public void close() {
        main.stop();
    }
}
