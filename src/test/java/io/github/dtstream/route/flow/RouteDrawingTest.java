package io.github.dtstream.route.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.route.flow.RouteDrawing.Drawn;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.model.RouteSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class RouteDrawingTest {
    private static Map<String, List<Drawn>> drawn(String text) throws Exception {
        RouteFile file = RouteFile.of(Path.of("r.camel.yaml"), text);
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            return RouteDrawing.of(file, new RouteSet(RouteFiles.of(Path.of(""), List.of(file)), context));
        }
    }

    /** Each step as {@code name what[children]}. */
    private static String text(List<Drawn> steps) {
        StringBuilder text = new StringBuilder();
        for (Drawn step : steps) {
            text.append(text.length() == 0 ? "" : ", ").append(step.step());
            text.append(step.what().isEmpty() ? "" : " " + step.what());
            text.append(step.children().isEmpty() ? "" : "[" + text(step.children()) + "]");
        }
        return text.toString();
    }

    @Test
    void saysOfEachStepWhatTellsItFromOthers() throws Exception {
        assertThat(text(drawn("""
                        - route:
                            id: r
                            from:
                              uri: dt-stream:p
                              parameters: {subscriber: s, maxBatchSize: 5}
                              steps:
                                - setBody: {jq: .data}
                                - setHeader: {name: A, constant: b}
                                - log: {message: "Got ${body}", loggingLevel: INFO}
                                - to: direct:x
                                - to: {uri: file:out, parameters: {fileExist: Append, fileName: f.txt}}
                                - stop: {}
                        """).get("r")))
                .isEqualTo("from dt-stream:p (s), setBody .data, setHeader b, log Got ${body}, to direct:x,"
                        + " to file:out (f.txt), stop");
    }

    @Test
    void drawsWhatIsWithinAStepAndItsBranchesInTheirOrder() throws Exception {
        assertThat(text(drawn("""
                        - from:
                            uri: direct:in
                            steps:
                              - split:
                                  simple: "${body}"
                                  steps:
                                    - choice:
                                        when:
                                          - {simple: "${body} == 1", steps: [{to: direct:one}]}
                                          - {simple: "${body} == 2", steps: [{to: direct:two}]}
                                        otherwise: {steps: [{stop: {}}]}
                              - doTry:
                                  steps: [{to: direct:a}]
                                  doCatch: [{exception: [java.io.IOException], steps: [{log: b}]}]
                        """).values().iterator().next()))
                .isEqualTo("from direct:in, split ${body}[choice[when ${body} == 1[to direct:one],"
                        + " when ${body} == 2[to direct:two], otherwise[stop]]], doTry[to direct:a, doCatch[log b]]");
    }

    @Test
    void leavesOutWhatIsDisabledAndDrawsNothingOfWhatIsNoYaml() throws Exception {
        assertThat(text(drawn("""
                        - route:
                            id: r
                            from:
                              uri: direct:in
                              steps: [{to: {uri: direct:a, disabled: true}}, {to: direct:b}]
                        """).get("r"))).isEqualTo("from direct:in, to direct:b");
        assertThat(drawn("- route: [")).isEmpty();
    }
}
