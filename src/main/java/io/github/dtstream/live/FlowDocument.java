package io.github.dtstream.live;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.delivery.batch.DeliveryStatus;
import io.github.dtstream.live.RouteTexts.Refused;
import io.github.dtstream.live.RouteTexts.RouteText;
import io.github.dtstream.management.RouterStatus;
import io.github.dtstream.management.RouterStatus.RouteState;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /api/routes}: each route with its text, its steps, and its state. Thread-safe. */
final class FlowDocument {
    private final RouterStatus status;
    private final RouteTexts texts;

    FlowDocument(RouterStatus status, RouteTexts texts) {
        this.status = status;
        this.texts = texts;
    }

    ArrayNode json() throws IOException {
        Map<String, RouteState> states =
                status.routeStates().stream().collect(Collectors.toMap(RouteState::route, Function.identity()));
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (RouteText text : texts.all()) {
            put(json.addObject(), text, text.route() == null ? null : states.get(text.route()));
        }
        return json;
    }

    private static void put(ObjectNode json, RouteText text, @Nullable RouteState state) {
        json.put("route", text.route())
                .put("file", text.file())
                .put("yaml", text.yaml())
                .put("state", state == null ? (text.route() == null ? "refused" : "left out") : state.state());
        DeliveryStatus delivery = state == null ? null : state.delivery().orElse(null);
        if (delivery != null) {
            json.put("subscriber", delivery.subscriber())
                    .put("lag", delivery.lag())
                    .put("inFlight", delivery.inFlight())
                    .put("delivered", delivery.delivered())
                    .put("perSecond", delivery.perSecond())
                    .put("failures", delivery.failures())
                    .put("setAside", delivery.setAside().count())
                    .put("lastError", delivery.lastFailure());
        }
        new StepCounter(text, delivery).put(json.putArray("flow"), text.flow());
        Refused refused = text.refused();
        if (refused == null) {
            json.putNull("refused");
        } else {
            json.putObject("refused")
                    .put("message", refused.message())
                    .put("at", refused.at().toString())
                    .put("file", refused.file())
                    .put("diff", refused.diff());
        }
    }
}
