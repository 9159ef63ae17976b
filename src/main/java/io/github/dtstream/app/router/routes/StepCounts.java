package io.github.dtstream.app.router.routes;

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
 * The number of messages that the steps of a route had since it was started. Camel itself counts what filters and
 * branches let pass, {@link SendCounts} counts what endpoints got. Used once, by one thread.
 */
final class StepCounts {
    private final SendCounts sends;
    private final Map<String, List<Long>> counts = new HashMap<>();

    private StepCounts(SendCounts sends) {
        this.sends = sends;
    }

    /** The counts by the step's name in the YAML DSL; several steps of the same name are in the order of the text. */
    static Map<String, List<Long>> of(Route route, SendCounts sends) {
        StepCounts counts = new StepCounts(sends);
        counts.visit(route.navigate());
        return counts.counts;
    }

    private void visit(@Nullable Object processor) {
        if (processor == null) {
            return;
        }
        sends.of(processor).ifPresent(sent -> add(sent.step(), sent.messages().sum()));
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
