package io.github.dtstream.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.live.RouteTexts.Refused;
import io.github.dtstream.live.RouteTexts.RouteText;
import io.github.dtstream.management.RouterStatus;
import io.github.dtstream.route.flow.RouteDrawing.Drawn;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class FlowDocumentTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    private static final List<Drawn> FLOW = List.of(
            new Drawn("from", "direct:a", List.of()),
            new Drawn("filter", "${body}", List.of(new Drawn("to", "mock:a", List.of()))));

    private record Texts(List<RouteText> all) implements RouteTexts {
        @Override
        public String resolve(String text) {
            return text;
        }
    }

    private static JsonNode json(RouteText... texts) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:a").routeId("a").to("mock:a");
                }
            });
            context.start();
            RouterStatus status = new RouterStatus(context, List::of, Supervisor.system(), CloudClock.system());
            return new FlowDocument(status, new Texts(List.of(texts))).json();
        }
    }

    @Test
    void showsARouteThatReadsNoStreamWithItsStepsAndWithoutFiguresOfDelivery() throws Exception {
        JsonNode route = json(new RouteText(
                        "a", "a.camel.yaml", "- route: …", FLOW, Map.of("filter", List.of(3L)), null))
                .get(0);

        assertThat(route.path("state").asText()).isEqualTo("started");
        assertThat(route.path("yaml").asText()).isEqualTo("- route: …");
        assertThat(route.has("delivered")).isFalse();
        assertThat(route.at("/flow/0/count").isNull()).isTrue();
        assertThat(route.at("/flow/1/count").asLong()).isEqualTo(3);
        assertThat(route.at("/flow/1/children/0/what").asText()).isEqualTo("mock:a");
        assertThat(route.path("refused").isNull()).isTrue();
    }

    @Test
    void tellsARouteThatIsLeftOutFromAFileOfWhichNoneRuns() throws Exception {
        JsonNode routes = json(
                new RouteText("off", "off.camel.yaml", "", List.of(), Map.of(), null),
                new RouteText(
                        null,
                        "bad.camel.yaml",
                        "- rout:",
                        List.of(),
                        Map.of(),
                        new Refused("1:3: error: unknown", NOON, "bad.camel.yaml", "+- rout:")));

        assertThat(routes.at("/0/state").asText()).isEqualTo("left out");
        assertThat(routes.at("/1/state").asText()).isEqualTo("refused");
        assertThat(routes.at("/1/route").isNull()).isTrue();
        assertThat(routes.at("/1/refused/message").asText()).isEqualTo("1:3: error: unknown");
        assertThat(routes.at("/1/refused/at").asText()).isEqualTo("2026-11-26T12:00:00Z");
        assertThat(routes.at("/1/refused/diff").asText()).isEqualTo("+- rout:");
    }
}
