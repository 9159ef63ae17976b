package io.github.dtstream.route.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteGate;
import io.github.dtstream.route.reload.NumberStream;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteTestsTest {
    private static final String HEADER = """
            route: to-file
            tests:
              - name: a temperature becomes a flat record
                given:
                  - {eventId: e1, targetName: projects/p/devices/d1, eventType: temperature,
                     timestamp: "2026-11-22T10:00:00Z", data: {temperature: {value: 21.5}}}
                  - {eventId: e2, targetName: projects/p/devices/d2, eventType: ping,
                     timestamp: "2026-11-22T10:00:01Z"}
            """;

    @TempDir
    Path routes;

    private final Map<String, String> properties = new HashMap<>(Map.of("dir", "data", "on", "false"));

    @BeforeEach
    void routes() throws IOException {
        write("to-file.camel.yaml", """
                - route:
                    id: to-file
                    precondition: "{{on}}"
                    from:
                      uri: dt-stream:{{dt.project-id}}
                      parameters: {subscriber: files}
                      steps:
                        - split:
                            simple: "${body}"
                            aggregationStrategy: "#records"
                            steps:
                              - filter:
                                  simple: "${header.DtEventType} != 'ping'"
                                  steps:
                                    - setBody:
                                        simple: '{"eventId":"${header.DtEventId}","data":${header.DtData}}'
                        - to:
                            uri: file:{{dir}}/events
                            parameters: {fileName: "${header.DtReceivedDate}.ndjson", fileExist: Append, appendChars: "\\\\n"}
                """);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(routes.resolve(name), text);
    }

    private List<CaseResult> run(String tests) throws IOException {
        write("to-file.test.yaml", tests);
        return new RouteTests(NumberStream::equip, new EventMessages(), Ticker.SYSTEM).run(routes, properties);
    }

    private List<String> failures(String tests) throws IOException {
        return run(tests).stream().flatMap(result -> result.failures().stream()).toList();
    }

    @Test
    void passesWhereTheDeliveriesAreAsExpected() throws IOException {
        List<CaseResult> results = run(HEADER + """
                    expect:
                      - to: file:*
                        count: 1
                        fileName: 2026-11-22.ndjson
                        body: {eventId: e1, data: {value: 21.5}}
                """);

        assertThat(results).hasSize(1);
        assertThat(results.get(0).failures()).isEmpty();
        assertThat(results.get(0).name()).isEqualTo("a temperature becomes a flat record");
        assertThat(results.get(0).line()).isEqualTo(3);
        assertThat(routes.resolveSibling("data")).doesNotExist();
    }

    @Test
    void showsWhatDiffersFromTheNearestDelivery() throws IOException {
        assertThat(failures(HEADER + """
                    expect:
                      - to: file:*
                        fileName: 2026-11-23.ndjson
                        body: {eventId: e1, data: {value: 20, unit: C}}
                """)).containsExactly("""
                expected 1 to file:*, found 0; the nearest was file:data/events (2026-11-22.ndjson): {"eventId":"e1","data":{"value":21.5}}
                  fileName: expected 2026-11-23.ndjson, was 2026-11-22.ndjson
                  data.value: expected 20, was 21.5
                  data.unit: expected "C", but it is missing""");
    }

    @Test
    void failsOnWhatIsNotExpected() throws IOException {
        assertThat(failures(HEADER + """
                    expect: []
                """))
                .singleElement()
                .asString()
                .startsWith("not expected: file:data/events")
                .endsWith("{\"value\":21.5}}");
        assertThat(failures(HEADER + """
                    others: ignore
                """)).isEmpty();
    }

    @Test
    void takesEventsFromAFileInBatches() throws IOException {
        write("events.ndjson", """
                {"eventId":"a","targetName":"projects/p/devices/d","eventType":"touch","timestamp":"2026-11-22T10:00:00Z","data":{"touch":{}}}
                {"eventId":"b","targetName":"projects/p/devices/d","eventType":"touch","timestamp":"2026-11-23T10:00:00Z","data":{"touch":{}}}
                """);

        assertThat(failures("""
                route: to-file.camel.yaml
                tests:
                  - name: from a file
                    properties: {dir: elsewhere}
                    file: events.ndjson
                    batch: 1
                    expect:
                      - {to: "file:elsewhere/*", fileName: 2026-11-22.ndjson, text: '{"eventId":"a","data":{}}'}
                      - {to: "file:elsewhere/*", fileName: 2026-11-23.ndjson, text: '{"eventId":"b","data":{}}'}
                """)).isEmpty();
    }

    @Test
    void followsTheRouteIntoOthers() throws IOException {
        write("alarm.camel.yaml", """
                - route:
                    id: alarm
                    from:
                      uri: dt-stream:p
                      parameters: {subscriber: alarm}
                      steps:
                        - split:
                            simple: "${body}"
                            steps:
                              - to: direct:one
                              - to: seda:two
                - route:
                    from:
                      uri: direct:one
                      steps:
                        - toD: "log:${header.DtDeviceId}"
                - route:
                    from:
                      uri: seda:two
                      steps:
                        - setHeader: {name: CamelPahoMqtt5OverrideTopic, simple: "dt/${header.DtDeviceId}"}
                        - to: paho-mqtt5:unused?brokerUrl=tcp://192.0.2.1:1883
                """);

        assertThat(failures("""
                route: alarm
                tests:
                  - name: both
                    given:
                      - {eventId: e, targetName: projects/p/devices/d9, eventType: touch, timestamp: "2026-11-22T10:00:00Z"}
                    expect:
                      - {to: "log:d9"}
                      - {to: "paho-mqtt5:*", topic: dt/d9, header: {DtEventId: e}, body: {eventId: e}}
                """)).isEmpty();
    }

    @Test
    void countsLinesOfTheLogOnlyWhereOneIsExpected() throws IOException {
        write("to-file.camel.yaml", """
                - route:
                    id: to-file
                    from:
                      uri: dt-stream:p
                      parameters: {subscriber: a}
                      steps:
                        - split:
                            simple: "${body}"
                            steps:
                              - log: {logName: events, loggingLevel: TRACE, message: "{{dir}} got ${header.DtEventId}"}
                """);

        assertThat(failures(HEADER)).isEmpty();
        assertThat(failures(HEADER + "    expect:\n      - {to: 'log:events', text: data got e1}\n"))
                .containsExactly("not expected: log:events: data got e2");
    }

    @Test
    void saysWhichClassOfABeanIsMissing() throws IOException {
        Files.writeString(
                routes.resolve("to-file.camel.yaml"),
                Files.readString(routes.resolve("to-file.camel.yaml"))
                        + "- beans: [{name: x, type: org.example.DataSource}]\n");

        assertThat(failures(HEADER))
                .containsExactly("the test cannot be run: there is no class 'org.example.DataSource'; "
                        + "put its jar on the class path");
    }

    @Test
    void refusesUnknownKeysOfDevices() throws IOException {
        assertThat(failures("devices: [{id: d1, lables: {}}]\n" + HEADER))
                .containsExactly(
                        routes + "/to-file.test.yaml:1:20: error: unknown key 'lables'; did you mean 'labels'?");
    }

    @Test
    void saysWhenTheBatchFails() throws IOException {
        write("to-file.camel.yaml", """
                - route:
                    id: to-file
                    from:
                      uri: dt-stream:p
                      parameters: {subscriber: a}
                      steps:
                        - throwException: {exceptionType: java.lang.IllegalStateException, message: too cold}
                """);

        assertThat(failures(HEADER)).containsExactly("the batch failed: too cold");
        assertThat(failures(HEADER + "    fails: too cold\n")).isEmpty();
        assertThat(failures(HEADER + "    fails: too warm\n")).containsExactly("the batch failed: too cold");
    }

    @Test
    void namesTheNearestRouteAndKey() throws IOException {
        assertThat(failures(HEADER.replace("route: to-file", "route: to-flie")))
                .containsExactly("there is no route 'to-flie'; did you mean 'to-file'?");
        assertThat(failures(HEADER.replace("given:", "givn:")))
                .containsExactly(routes + "/to-file.test.yaml:4:5: error: unknown key 'givn'; did you mean 'given'?");
    }

    @Test
    void tellsTheGateWhatFails() throws IOException {
        write("to-file.test.yaml", HEADER + "    expect: []\n");

        List<Finding> findings = new RouteTests(NumberStream::equip, new EventMessages(), Ticker.SYSTEM)
                .gate()
                .check(routes, properties);

        assertThat(findings).singleElement().satisfies(finding -> {
            assertThat(finding.line()).isEqualTo(3);
            assertThat(finding.message())
                    .startsWith(
                            "test 'a temperature becomes a flat record' of to-file: not expected: file:data/events");
        });
    }

    @Test
    void theGateReadsTestsAndWhatIsBesideThemAndNotTheRoutes() throws Exception {
        write("to-file.test.yaml", HEADER + "    expect: []\n");
        RouteGate gate = new RouteTests(NumberStream::equip, new EventMessages(), Ticker.SYSTEM).gate();
        Object before = gate.input(routes);
        write("other.camel.yaml", "# no route");
        assertThat(gate.input(routes)).isEqualTo(before);

        write("to-file.test.yaml", HEADER + "    expect:\n");
        Object mended = gate.input(routes);
        assertThat(mended).isNotEqualTo(before);
        write("events.json", "{}");
        assertThat(gate.input(routes)).isNotEqualTo(mended);
    }
}
