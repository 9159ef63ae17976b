package io.github.dtstream.route.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.camel.StreamBeans;
import io.github.dtstream.file.CrashSafeFileComponent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broad sample of what Camel's YAML allows: the checks find nothing in it. */
final class LegalRoutesTest {
    private static final RouteValidator VALIDATOR = new RouteValidator(LegalRoutesTest::equip);

    @TempDir
    private Path routes;

    private static void equip(CamelContext context) {
        Registry registry = context.getRegistry();
        registry.bind("file", new CrashSafeFileComponent());
        registry.bind("seen", new MemoryIdempotentRepository());
        StreamBeans.bind(context);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Names that are endpoints elsewhere.
                "- to: {uri: 'mock:smtp', parameters: {}}\n- setProperty: {name: to, constant: a}",
                "- setHeaders: {headers: [{name: to, constant: a@b.c}, {name: from, simple: '${header.DtProjectId}'}]}\n- to: mock:a",
                // Nested choice, doTry and loop.
                """
                - split:
                    simple: "${body}"
                    stopOnException: true
                    steps:
                      - choice:
                          when:
                            - simple: "${header.DtEventType} == 'temperature'"
                              steps:
                                - doTry:
                                    steps:
                                      - loop:
                                          constant: "2"
                                          copy: true
                                          steps:
                                            - to: mock:a
                                    doCatch:
                                      - exception: [java.io.IOException]
                                        onWhen: {simple: "${exception.message} contains 'x'"}
                                        steps:
                                          - log: "failed ${exception.message}"
                                    doFinally:
                                      steps:
                                        - log: done
                            - jq: '.eventType == "touch"'
                              steps:
                                - to: mock:b
                          otherwise:
                            steps:
                              - log: "other ${header.DtEventType}"
                """,
                """
                - split:
                    expression:
                      simple:
                        expression: "${body}"
                    stop-on-exception: true
                    steps:
                      - multicast:
                          parallel-processing: true
                          stop-on-exception: true
                          steps:
                            - to: mock:a
                            - pipeline:
                                steps:
                                  - setBody: {simple: {expression: "x", trim: false}}
                                  - to: mock:b
                """,
                """
                - split:
                    simple: "${body}"
                    aggregation-strategy: "#records"
                    steps:
                      - filter:
                          expression: {simple: "${header.DtEventType} == 'ping'"}
                          steps:
                            - stop: {}
                      - setHeader: {name: CamelFileName, simple: "${header.DtEventId}"}
                      - removeHeaders: {pattern: "Dt*", excludePattern: "DtEventId"}
                - to:
                    uri: file:out
                    parameters: {file-name: "${header.DtReceivedDate}.txt", file-exist: Append, append-chars: "\\\\n"}
                """,
                // A batch without a split, to endpoints that accept lists.
                "- to: {uri: 'file:out', parameters: {fileName: \"${header.DtReceivedDate}.txt\", fileExist: Append, appendChars: \"\\\\n\"}}",
                "- filter: {simple: \"${header.DtProjectId} != 'x'\", steps: [{to: 'log:a'}]}",
                "- log: \"${body.size} events\"",
                // The newest event of each device, as the file name shows.
                """
                - split:
                    simple: "${body}"
                    steps:
                      - to: {uri: "file:out", parameters: {fileName: "${header.DtDeviceId}.json", fileExist: Override}}
                """,
                // One head line, then rows.
                """
                - split:
                    simple: "${body}"
                    aggregationStrategy: "#records"
                    steps:
                      - setBody: {jq: '{id: .eventId, labels: header("DtLabels"), name: header("DtDeviceName"; "none")}'}
                - setVariable: {name: rows, simple: "${body}"}
                - setBody: {constant: "id,labels"}
                - to: {uri: "file:out", parameters: {fileName: "a.csv", fileExist: Ignore}}
                - setBody: {variable: rows}
                - to: {uri: "file:out", parameters: {fileName: "a.csv", fileExist: Append, appendChars: "\\\\n"}}
                """,
                // Rows that end with a line break.
                """
                - split:
                    simple: "${body}"
                    steps:
                      - unmarshal: {json: {}}
                      - marshal: {csv: {}}
                      - to: {uri: "file:out", parameters: {fileName: "a.csv", fileExist: Append}}
                """,
                """
                - split:
                    simple: "${body}"
                    steps:
                      - setBody: {simple: '${header.DtEventId}\\n'}
                      - to: {uri: "file:out", parameters: {fileName: "a.txt", fileExist: Append}}
                """,
                // Text that is not JSON, and JSON of values without quotes.
                """
                - split:
                    simple: "${body}"
                    steps:
                      - log: '{"device":"${header.DtDeviceName}"}'
                      - setBody: {simple: "${header.DtDeviceName} is at ${header.DtLabels[room]}"}
                      - to: mock:a
                      - setBody: {simple: '{"id":"${header.DtEventId}","at":"${header.DtTimestamp}","data":${header.DtData}}'}
                      - to: mock:a
                """,
                // Own headers that resemble ours.
                """
                - split:
                    simple: "${body}"
                    steps:
                      - setHeader: {name: DtMine, simple: "${header.dtEventId}"}
                      - log: "${header.DtMine} ${header[DtEventType]} ${headers.DtSource} ${in.header.DtReceived}"
                """,
                """
                - setHeader: {name: DtDeviceId, constant: all}
                - to: {uri: "mock:a"}
                - log: "${header.DtDeviceId} ${exchangeProperty.x} ${date:now:yyyy}"
                """,
                // Other EIPs.
                """
                - split:
                    simple: "${body}"
                    steps:
                      - idempotentConsumer:
                          idempotentRepository: seen
                          simple: "${header.DtEventId}"
                          steps:
                            - throttle: {constant: "10", timePeriodMillis: "1000"}
                            - delay: {constant: "1"}
                            - step: {id: one, steps: [{to: "mock:a"}]}
                      - loadBalance: {roundRobinLoadBalancer: {}, steps: [{to: "mock:a"}, {to: "mock:b"}]}
                      - toD: "mock:${header.DtEventType}"
                      - recipientList: {simple: "mock:${header.DtEventType}", delimiter: ";"}
                      - enrich: {simple: "direct:lookup", aggregationStrategy: "#class:org.apache.camel.processor.aggregate.UseOriginalAggregationStrategy"}
                      - to: {uri: "seda:side", pattern: InOut, parameters: {timeout: 0}}
                """,
                """
                - transform: {simple: "${body}"}
                - sort: {simple: "${body}"}
                - threads: {poolSize: 2}
                - validate: {simple: "${body} != null"}
                - script: {simple: "${body}"}
                - claimCheck: {operation: Push}
                - process: {ref: "#class:org.apache.camel.processor.StopProcessor"}
                """,
            })
    void areTaken(String steps) throws IOException {
        Files.writeString(routes.resolve("x.camel.yaml"), """
                - onException:
                    exception: [java.io.IOException]
                    redelivery-policy: {maximumRedeliveries: 2}
                    handled: {constant: "false"}
                    steps:
                      - log: "${exception.message}"
                - onCompletion:
                    onFailureOnly: true
                    steps:
                      - log: failed
                - beans:
                    - name: mail
                      type: java.util.Properties
                      properties: {to: "a@b.c", from: "seda:nowhere", uri: "no:scheme"}
                - route:
                    id: x
                    auto-startup: true
                    from:
                      uri: dt-stream:p
                      parameters: {subscriber: x, max-batch-size: 10}
                      steps:
                """ + steps.indent(8) + """
                - from: {uri: "direct:lookup", steps: [{setBody: {constant: x}}]}
                - from: {uri: "seda:side", steps: [{to: "mock:side"}]}
                - from: {uri: "timer:t", steps: [{wireTap: {uri: "direct:lookup"}}, {setBody: {simple: '{"a":"${header.DtDeviceName}"}'}}]}
                - routeTemplate:
                    id: mail
                    parameters: [{name: to, defaultValue: "mock:x"}, {name: from}]
                    from:
                      uri: "direct:{{from}}"
                      steps:
                        - to: "{{to}}"
                - templatedRoute: {routeTemplateRef: mail, routeId: m, parameters: [{name: from, value: mails}]}
                """);

        assertThat(VALIDATOR.validate(routes, Map.of())).isEmpty();
    }
}
