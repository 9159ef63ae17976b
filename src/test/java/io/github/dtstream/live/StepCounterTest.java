package io.github.dtstream.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.dtstream.live.RouteTexts.RouteText;
import io.github.dtstream.route.flow.RouteDrawing.Drawn;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepCounterTest {
    private static final List<Drawn> FLOW = List.of(
            new Drawn("from", "direct:a", List.of()),
            new Drawn("filter", "${body}", List.of(new Drawn("to", "mock:a", List.of()))),
            new Drawn("to", "mock:b", List.of()));

    private static String counts(Map<String, List<Long>> counted) {
        RouteText route = new RouteText("r", "r.camel.yaml", "", FLOW, counted, null);
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        new StepCounter(route, null).put(json, route.flow());
        return json.findValuesAsText("count").toString();
    }

    @Test
    void countsStandAtTheirSteps() {
        assertThat(counts(Map.of("filter", List.of(7L), "to", List.of(5L, 9L)))).isEqualTo("[null, 7, 5, 9]");
    }

    @Test
    void countsThatAreNotOfTheseStepsAreLeftOut() {
        assertThat(counts(Map.of("filter", List.of(7L), "to", List.of(5L)))).isEqualTo("[null, 7, null, null]");
    }
}
