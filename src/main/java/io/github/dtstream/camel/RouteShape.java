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

/** Derives from a route's steps when an event of a batch counts as delivered. Immutable. */
final class RouteShape {
    /** The steps, without error handlers; empty if they are not known. */
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
     * Whether an event counts as delivered when its own part has ended. This holds if the route only splits the batch
     * and sends the events one by one. If there is a step before or after the split, or if parts share state or are
     * held back, no event counts as delivered before the whole batch.
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

    /** Whether the route sends parts one after the other, and does not change a part's exchange after its end. */
    boolean isInSequence() {
        return isOneByOne()
                && steps.get(0) instanceof SplitDefinition split
                && isOff(split.getParallelProcessing())
                && split.getExecutorServiceBean() == null
                && split.getExecutorService() == null
                && split.getAggregationStrategy() == null;
    }

    /** Whether an option is certainly off; not so if its value is a placeholder. */
    private static boolean isOff(@Nullable String option) {
        return option == null || option.equalsIgnoreCase("false");
    }

    /**
     * Whether the last step, and no other, sends to a component. Then a failure of that component comes from that step,
     * and an event that passed that step has passed all.
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

    /**
     * Whether a step may send to a component, also by another route or by an address that is known only at run time.
     */
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

    /** Whether the route splits a batch, gathers the records and sends them to a component, and does nothing else. */
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

    /** Whether the split's aggregation only serves the steps after it: {@code #records} has no other effect. */
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
