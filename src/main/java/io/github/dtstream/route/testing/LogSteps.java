package io.github.dtstream.route.testing;

import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.NamedNode;
import org.apache.camel.NamedRoute;
import org.apache.camel.Processor;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.jspecify.annotations.Nullable;

/**
 * Replaces every {@code log} step by one that hands over the text. A {@code log} step is not an endpoint, so
 * {@link SinkReplacement} does not see it. Registered before routes are loaded.
 */
final class LogSteps implements InterceptStrategy {
    private final Consumer<Delivery> lines;

    /** @param lines takes what would have been logged; called by the routes' threads */
    LogSteps(Consumer<Delivery> lines) {
        this.lines = lines;
    }

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, @Nullable Processor next) {
        if (!(definition instanceof LogDefinition log) || log.getMessage() == null) {
            return target;
        }
        String language = Objects.requireNonNullElse(log.getLogLanguage(), "simple");
        Expression message = context.resolveLanguage(language)
                .createExpression(context.resolvePropertyPlaceholders(log.getMessage()));
        message.init(context);
        String name = "log:" + name(log);
        Processor instead = exchange -> lines.accept(line(name, message, exchange));
        return AsyncProcessorConverterHelper.convert(instead);
    }

    private static Delivery line(String endpoint, Expression message, Exchange exchange) {
        return new Delivery(endpoint, null, Map.of(), message.evaluate(exchange, String.class));
    }

    /** The name of the logger: the step's own, or else Camel's default. */
    private static String name(LogDefinition log) {
        if (log.getLogName() != null) {
            return log.getLogName();
        }
        NamedRoute route = ProcessorDefinitionHelper.getRoute(log);
        return route == null ? "log" : route.getRouteId();
    }
}
