package io.github.dtstream.camel;

import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.Model;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.ResequenceDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SagaDefinition;
import org.apache.camel.model.SplitDefinition;

/**
 * Recognises routes that send the events of a batch one by one, so that an event is delivered when its own part is: all that
 * such a route does is to split the batch. Where anything comes before or behind the split, is shared among the parts or
 * holds them back, nothing is delivered before the whole batch is.
 */
final class OneByOne {
    private OneByOne() {}

    static boolean isShapeOf(CamelContext context, String routeId) {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        RouteDefinition definition = model == null ? null : model.getRouteDefinition(routeId);
        if (definition == null) {
            return false;
        }
        List<ProcessorDefinition<?>> steps = definition.getOutputs().stream()
                .filter(step -> !(step instanceof OnExceptionDefinition))
                .toList();
        return steps.size() == 1
                && steps.get(0) instanceof SplitDefinition split
                && isOfTheWholeBatch(split)
                && gathersNothing(split)
                && !Boolean.parseBoolean(split.getShareUnitOfWork())
                && split.getTimeout() == null
                && !holdsBack(split);
    }

    private static boolean isOfTheWholeBatch(ExpressionNode split) {
        return split.getExpression() != null
                && "simple".equals(split.getExpression().getLanguage())
                && "${body}".equals(split.getExpression().getExpression().trim());
    }

    /** Nothing comes behind the split that could take what {@code #records} gathers. */
    private static boolean gathersNothing(SplitDefinition split) {
        String strategy = split.getAggregationStrategy();
        return split.getAggregationStrategyBean() == null
                && (strategy == null || strategy.equals("#" + StreamBeans.RECORDS));
    }

    private static boolean holdsBack(SplitDefinition split) {
        return has(split, AggregateDefinition.class)
                || has(split, ResequenceDefinition.class)
                || has(split, SagaDefinition.class);
    }

    private static boolean has(SplitDefinition split, Class<?> type) {
        return !ProcessorDefinitionHelper.filterTypeInOutputs(split.getOutputs(), type)
                .isEmpty();
    }
}
