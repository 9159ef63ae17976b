package io.github.dtstream.camel;

import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.DynamicRouterDefinition;
import org.apache.camel.model.EnrichDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.Model;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.ResequenceDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RoutingSlipDefinition;
import org.apache.camel.model.SagaDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.jspecify.annotations.Nullable;

/** What can be told of a route by its steps: when an event of a batch counts as delivered. Immutable. */
final class RouteShape {
    /** The steps, without what handles their failures; empty if they are not known. */
    private final List<ProcessorDefinition<?>> steps;

    private RouteShape(List<ProcessorDefinition<?>> steps) {
        this.steps = steps;
    }

    static RouteShape of(CamelContext context, String routeId) {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        RouteDefinition definition = model == null ? null : model.getRouteDefinition(routeId);
        return new RouteShape(
                definition == null
                        ? List.of()
                        : definition.getOutputs().stream()
                                .filter(step -> !(step instanceof OnExceptionDefinition))
                                .toList());
    }

    /**
     * Whether an event counts as delivered when its own part has ended. That is so where the route does nothing but split the
     * batch and send the events one by one. If a step stands before or behind the split, or if parts share something or are
     * held back, no event counts as delivered before the whole batch does.
     */
    boolean isOneByOne() {
        return steps.size() == 1
                && steps.get(0) instanceof SplitDefinition split
                && isOfTheWholeBatch(split)
                && gathersNothing(split)
                && isOff(split.getShareUnitOfWork())
                && split.getTimeout() == null
                && !holdsBack(split);
    }

    /** Whether it sends them one after the other, and leaves a part's exchange as it is when the part has ended. */
    boolean isInSequence() {
        return isOneByOne()
                && steps.get(0) instanceof SplitDefinition split
                && isOff(split.getParallelProcessing())
                && split.getExecutorServiceBean() == null
                && split.getExecutorService() == null
                && split.getAggregationStrategy() == null;
    }

    /** Whether an option is known to be off. Of one whose value is a placeholder nothing is known. */
    private static boolean isOff(@Nullable String option) {
        return option == null || option.equalsIgnoreCase("false");
    }

    /**
     * Whether the last step is to send to a component, and no other one can: then it is from there that a failure of that
     * component's comes, and what has come through there has come through all.
     */
    boolean endsAt(String scheme) {
        return !steps.isEmpty()
                && isTo(steps.get(steps.size() - 1), scheme)
                && allSteps().filter(step -> maySendTo(step, scheme)).count() == 1;
    }

    private Stream<ProcessorDefinition<?>> allSteps() {
        return steps.stream().flatMap(RouteShape::withNested);
    }

    private static Stream<ProcessorDefinition<?>> withNested(ProcessorDefinition<?> step) {
        return Stream.concat(Stream.of(step), step.getOutputs().stream().flatMap(RouteShape::withNested));
    }

    /** Also by a route that it hands over to, or an address that is known at run time only. */
    private static boolean maySendTo(ProcessorDefinition<?> step, String scheme) {
        return isTo(step, scheme)
                || isTo(step, "direct")
                || step instanceof ToDynamicDefinition
                || step instanceof RecipientListDefinition
                || step instanceof RoutingSlipDefinition
                || step instanceof DynamicRouterDefinition
                || step instanceof EnrichDefinition;
    }

    private static boolean isTo(ProcessorDefinition<?> step, String scheme) {
        return step instanceof ToDefinition to
                && to.getUri() != null
                && to.getUri().startsWith(scheme + ":");
    }

    /** Whether it splits a batch, gathers the records and sends them to a component, and does nothing else. */
    boolean onlyGathersFor(String scheme) {
        return steps.size() == 2
                && endsAt(scheme)
                && steps.get(0) instanceof SplitDefinition split
                && isOfTheWholeBatch(split)
                && gathersNothing(split)
                && split.getAggregationStrategy() != null;
    }

    private static boolean isOfTheWholeBatch(ExpressionNode split) {
        return split.getExpression() != null
                && "simple".equals(split.getExpression().getLanguage())
                && "${body}".equals(split.getExpression().getExpression().trim());
    }

    /** {@code #records} has no effect but on what comes behind the split. */
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
