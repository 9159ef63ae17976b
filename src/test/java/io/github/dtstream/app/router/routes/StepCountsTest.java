package io.github.dtstream.app.router.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;

class StepCountsTest {
    private static final String ROUTE = """
            - route:
                id: r
                from:
                  uri: direct:in
                  steps:
                    - split:
                        simple: "${body}"
                        steps:
                          - filter:
                              simple: "${body} > 1"
                              steps:
                                - to: mock:large
                          - choice:
                              when:
                                - {simple: "${body} == 1", steps: [{to: "mock:one"}]}
                                - simple: "${body} > 3"
                                  steps:
                                    - choice:
                                        when:
                                          - {simple: "${body} == 4", steps: [{log: four}]}
                                        otherwise: {steps: [{log: more}]}
                              otherwise: {steps: [{to: "mock:other"}]}
                          - choice:
                              when:
                                - {simple: "${body} == 4", steps: [{toD: "mock:${body}"}]}
                    - to: mock:end
            """;

    @Test
    void areOfEachFilterBranchAndEndpointInTheOrderOfTheText() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            SendCounts sends = new SendCounts();
            context.getCamelContextExtension().addInterceptStrategy(sends);
            context.start();
            PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("r.camel.yaml", ROUTE));
            ProducerTemplate template = context.createProducerTemplate();
            template.sendBody("direct:in", List.of(1, 2, 3, 4));
            template.sendBody("direct:in", List.of(5));

            assertThat(StepCounts.of(context.getRoute("r"), sends))
                    .isEqualTo(Map.of(
                            "filter", List.of(4L),
                            "when", List.of(1L, 2L, 1L, 1L),
                            "otherwise", List.of(1L, 2L),
                            "to", List.of(4L, 1L, 2L, 2L),
                            "toD", List.of(1L)));
        }
    }
}
