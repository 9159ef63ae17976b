package io.github.dtstream.route.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RouteTemplateContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.LocalBeanRepositoryAware;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.util.OrderedLocationProperties;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Loads single items of a route file into a context through Camel's own YAML loader; the model keeps the line numbers
 * of the whole file. Camel's loader itself loads whole files only, and so would restart every route of a file. Used by
 * one thread at a time.
 */
public final class RouteLoader {
    /** The name of the location of a template's parameters, for Camel. */
    private static final String TEMPLATE = "template";

    private final CamelContext context;

    public RouteLoader(CamelContext context) {
        this.context = context;
    }

    /**
     * The route definitions of one unit, with the file-level items of its file. They are not added to the context yet,
     * except those from a template.
     */
    public List<RouteDefinition> define(RouteUnit unit) throws Exception {
        RouteBuilder builder = builder(unit.file(), unit.fileLevelWithoutBeans(), unit.index());
        if (unit.isTemplated()) {
            return templated(builder, unit);
        }
        builder.prepareModel(context);
        List<RouteDefinition> routes = List.copyOf(builder.getRouteCollection().getRoutes());
        routes.forEach(route -> route.setId(unit.id()));
        return routes;
    }

    private List<RouteDefinition> templated(RouteBuilder builder, RouteUnit unit) throws Exception {
        builder.configureRoutes(context);
        builder.getTemplatedRouteCollection().getTemplatedRoutes().forEach(route -> route.setRouteId(unit.id()));
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        builder.addTemplatedRoutesToCamelContext(context);
        return List.of(model.getRouteDefinition(unit.id()));
    }

    /** Creates the beans that a file declares; they replace beans of the same name. */
    public void bindBeans(RouteFile file, Set<Integer> items) throws Exception {
        if (!items.isEmpty()) {
            builder(file, items, -1).configureRoutes(context);
        }
    }

    /** Adds the route configurations and templates of a file; they replace those of the same id. */
    public void share(RouteFile file, Set<Integer> items) throws Exception {
        if (!items.isEmpty()) {
            RouteBuilder builder = builder(file, items, -1);
            ((RouteConfigurationsBuilder) builder).updateRouteConfigurationsToCamelContext(context);
            builder.prepareModel(context);
        }
    }

    /**
     * Creates the route of a definition, as Camel does before it starts one, with the parameters and beans of its
     * template. The route is not added to the context, and nothing is started.
     */
    public Route build(RouteDefinition definition) throws Exception {
        RouteTemplateContext template = definition.getRouteTemplateContext();
        if (template == null) {
            return ((ModelCamelContext) context).getModelReifierFactory().createRoute(context, definition);
        }
        OrderedLocationProperties parameters = new OrderedLocationProperties();
        parameters.putAll(TEMPLATE, definition.getTemplateDefaultParameters());
        parameters.putAll(TEMPLATE, definition.getTemplateParameters());
        LocalBeanRepositoryAware beans = (LocalBeanRepositoryAware) context.getRegistry();
        try {
            context.getPropertiesComponent().setLocalProperties(parameters);
            beans.setLocalBeanRepository(template.getLocalBeanRepository());
            return ((ModelCamelContext) context).getModelReifierFactory().createRoute(context, definition);
        } finally {
            context.getPropertiesComponent().setLocalProperties(null);
            beans.setLocalBeanRepository(null);
        }
    }

    private RouteBuilder builder(RouteFile file, Set<Integer> before, int item) {
        // The file is parsed each time, as Camel's loader changes the nodes.
        List<RouteDocument.Item> all = RouteDocument.parse(file).items();
        List<Node> chosen = new ArrayList<>();
        before.stream().sorted().forEach(index -> chosen.add(all.get(index).node()));
        if (item >= 0) {
            chosen.add(all.get(item).node());
        }
        return new ItemLoader().builder(context, file, chosen);
    }

    /** Gives Camel's loader nodes in place of a text. */
    private static final class ItemLoader extends YamlRoutesBuilderLoader {
        private RouteBuilder builder(CamelContext context, RouteFile file, List<Node> items) {
            setCamelContext(context);
            Resource resource = ResourceHelper.fromString("file:" + file.label(), file.text());
            LoadSettings settings =
                    LoadSettings.builder().setLabel(file.label()).build();
            SequenceNode root = new SequenceNode(Tag.SEQ, items, FlowStyle.BLOCK);
            RouteBuilder builder = builder(newYamlDeserializationContext(settings, resource), root);
            builder.setCamelContext(context);
            builder.setResource(resource);
            return builder;
        }
    }
}
