package io.github.dtstream.app.router;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Navigate;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.processor.ChoiceProcessor;
import org.apache.camel.processor.FilterProcessor;
import org.jspecify.annotations.Nullable;

/**
 * What Camel counts of a route without being asked to: how many messages a filter or a branch let in since the route was started.
 * Nothing is added to the way of an event. What an endpoint was given Camel counts only with JMX. Used once, by one thread.
 */
final class StepCounts {
    private final Map<String, List<Long>> counts = new HashMap<>();

    private StepCounts() {}

    /** By the name of a step in the YAML DSL: the count of each of that name, in the order of the text. */
    static Map<String, List<Long>> of(Route route) {
        StepCounts counts = new StepCounts();
        counts.visit(route.navigate());
        return counts.counts;
    }

    private void visit(@Nullable Object processor) {
        if (processor instanceof ChoiceProcessor choice) {
            for (FilterProcessor when : choice.getFilters()) {
                add("when", when.getFilteredCount());
                visitAll(when);
            }
            Processor otherwise = choice.getOtherwise();
            if (otherwise != null) {
                add("otherwise", choice.getNotFilteredCount());
                visit(otherwise);
            }
            return;
        }
        if (processor instanceof FilterProcessor filter) {
            add("filter", filter.getFilteredCount());
        }
        if (processor instanceof Navigate<?> above) {
            visitAll(above);
        }
    }

    private void visitAll(Navigate<?> above) {
        if (above.hasNext()) {
            above.next().forEach(this::visit);
        }
    }

    private void add(String step, long count) {
        counts.computeIfAbsent(step, any -> new ArrayList<>()).add(count);
    }
}
