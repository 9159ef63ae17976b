package io.github.dtstream.live;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.delivery.batch.DeliveryStatus;
import io.github.dtstream.live.RouteTexts.RouteText;
import io.github.dtstream.route.flow.RouteDrawing.Drawn;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adds the counted messages to the steps of one route. If a name has not as many counts as steps, its counts are left
 * out, as they cannot be matched. Used once.
 */
final class StepCounter {
    private final @Nullable DeliveryStatus delivery;
    private final Map<String, Iterator<Long>> counts = new HashMap<>();

    /** @param delivery the status of the route's deliveries; null if it reads no stream */
    StepCounter(RouteText route, @Nullable DeliveryStatus delivery) {
        this.delivery = delivery;
        route.counts().forEach((step, all) -> {
            if (steps(route.flow(), step) == all.size()) {
                counts.put(step, all.iterator());
            }
        });
    }

    private static int steps(List<Drawn> steps, String name) {
        int sum = 0;
        for (Drawn step : steps) {
            sum += (step.step().equals(name) ? 1 : 0) + steps(step.children(), name);
        }
        return sum;
    }

    void put(ArrayNode json, List<Drawn> steps) {
        for (Drawn step : steps) {
            ObjectNode one = json.addObject().put("step", step.step()).put("what", step.what());
            one.put("count", count(step.step()));
            put(one.putArray("children"), step.children());
        }
    }

    private @Nullable Long count(String step) {
        if (step.equals("from")) {
            return delivery == null ? null : (Long) delivery.delivered();
        }
        Iterator<Long> next = counts.get(step);
        return next == null ? null : next.next();
    }
}
