package io.github.dtstream.route.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.reload.NumberStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteValidatorTest {
    private static final RouteValidator VALIDATOR = new RouteValidator(NumberStream::equip);

    @TempDir
    Path routes;

    private final Map<String, String> properties = new HashMap<>(Map.of("dt.project-id", "p"));

    private List<String> findings() throws IOException {
        return VALIDATOR.validate(routes, properties).stream()
                .map(finding -> finding.toString().replace(routes + "/", ""))
                .toList();
    }

    private List<String> findings(String yaml) throws IOException {
        write("x.camel.yaml", yaml);
        return findings();
    }

    private void write(String name, String yaml) throws IOException {
        Files.writeString(routes.resolve(name), yaml);
    }

    @Test
    void findsNothingWrongWithTheRoutesAsShipped() throws IOException {
        properties.putAll(Map.of("dt.route.files", "true", "dt.data-dir", "data"));

        assertThat(findings("""
                - route:
                    id: events-to-files
                    precondition: "{{dt.route.files}}"
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
                            uri: file:{{dt.data-dir}}/events
                            parameters: {fileName: "${header.DtReceivedDate}.ndjson", fileExist: Append, appendChars: "\\\\n"}
                """)).isEmpty();
    }

    @Test
    void saysNothingOfWhatBecomesOfEventsBehindAStepThatThereIsNot() throws IOException {
        assertThat(findings("""
                - route:
                    from:
                      uri: dt-stream:p
                      parameters: {subscriber: files}
                      steps:
                        - splitt:
                            simple: "${body}"
                            steps:
                              - setBody:
                                  simple: "${header.DtEventId} ${header.DtDeviceId}"
                        - to: https://example.com
                """))
                .containsExactly("x.camel.yaml:6:11: error: unknown step 'splitt'; did you mean 'split'?");
    }

    @Test
    void namesTheNearestOption() throws IOException {
        assertThat(findings("""
                - route:
                    from:
                      uri: dt-stream:p
                      parameters:
                        subscribr: files
                        subscriber: files
                      steps:
                        - log: hello
                """))
                .containsExactly(
                        "x.camel.yaml:5:9: error: unknown option 'subscribr' of dt-stream; did you mean 'subscriber'?");
    }

    @Test
    void findsUnknownOptionsInAUri() throws IOException {
        assertThat(findings("""
                - route:
                    from:
                      uri: timer:t?perod=1000
                      steps:
                        - to: log:x?showAll=true
                """))
                .containsExactly("x.camel.yaml:3:12: error: unknown option 'perod' of timer; did you mean 'period'?");
    }

    @Test
    void findsUnknownComponents() throws IOException {
        assertThat(findings("""
                - route:
                    from:
                      uri: tmier:t
                      steps:
                        - to: nowhere:x
                """))
                .containsExactly(
                        "x.camel.yaml:3:12: error: unknown component 'tmier'; did you mean 'timer'?",
                        "x.camel.yaml:5:15: error: unknown component 'nowhere'; Camel has none of that name; if it "
                                + "is another's, put its jar into lib/ beside dt-stream-router.jar, and start again");
    }

    @Test
    void saysWhereTheTextIsNotYaml() throws IOException {
        assertThat(findings("""
                - route:
                    from:
                      uri: "timer:t
                      steps: []
                """))
                .containsExactly(
                        "x.camel.yaml:3:12: error: not YAML: the quoted text that begins here does not end; close the quote");
    }

    @Test
    void findsUnknownStepsAndKeys() throws IOException {
        assertThat(findings("""
                - route:
                    ide: a
                    from:
                      uri: timer:t
                      steps:
                        - fliter:
                            simple: "${body}"
                        - split:
                            simple: "${body}"
                            aggregation-strat: "#records"
                - rout:
                    from: {}
                """))
                .containsExactly(
                        "x.camel.yaml:2:5: error: unknown key 'ide' in 'route'; did you mean 'id'?",
                        "x.camel.yaml:6:11: error: unknown step 'fliter'; did you mean 'filter'?",
                        "x.camel.yaml:10:13: error: unknown key 'aggregation-strat' in 'split'; did you mean 'aggregationStrategy'?",
                        "x.camel.yaml:11:3: error: unknown item 'rout'; did you mean 'route'?");
    }

    @Test
    void findsStepsThatAreIndentedWrongly() throws IOException {
        assertThat(findings("""
                - route:
                    from:
                      uri: timer:t
                      steps:
                        - setBody:
                          simple: hello
                """))
                .contains(
                        "x.camel.yaml:6:11: error: a step has one key, and 'simple' is its second; begin the next step with a hyphen, "
                                + "or indent what belongs to 'setBody' further");
    }

    @Test
    void findsAFileThatIsNoList() throws IOException {
        assertThat(findings("route:\n  id: a\n"))
                .containsExactly(
                        "x.camel.yaml:1:1: error: a file of routes is a list; begin each of its items with a hyphen: '- route:'");
    }

    @Test
    void findsAnEmptyFile() throws IOException {
        assertThat(findings(""))
                .containsExactly("x.camel.yaml: error: the file is empty; delete it to remove its routes");
    }

    @Test
    void findsValuesOfTheWrongKind() throws IOException {
        assertThat(findings("""
                - route:
                    autoStartup: yess
                    from:
                      uri: timer:t
                      steps:
                        - to:
                            uri: log:x
                            pattern: InOonly
                        - delay: {constant: 5, syncDelayed: 7}
                """))
                .contains(
                        "x.camel.yaml:2:18: error: 'autoStartup' takes true or false, not 'yess'",
                        "x.camel.yaml:8:22: error: 'pattern' takes one of InOnly, InOut, not 'InOonly'; did you mean 'InOnly'?");
    }

    @Test
    void findsMissingParts() throws IOException {
        assertThat(findings("""
                - route:
                    id: a
                """)).containsExactly("x.camel.yaml:2:5: error: 'route' has no 'from'");
    }

    @Test
    void namesPropertiesThatAreNotSet() throws IOException {
        assertThat(findings("""
                - route:
                    from:
                      uri: timer:{{dt.projct-id}}
                      steps:
                        - to: "log:{{dt.mqtt-url}}"
                        - to: "log:{{dt.other:with-a-default}}"
                """))
                .containsExactly(
                        "x.camel.yaml:3:12: error: the property 'dt.projct-id' is not set; did you mean 'dt.project-id'?",
                        "x.camel.yaml:5:15: error: the property 'dt.mqtt-url' is not set; set it in application.properties or as "
                                + "DT_MQTT_URL in the environment, or give a default: {{dt.mqtt-url:…}}");
    }

    @Test
    void leavesRoutesAloneThatAreSwitchedOff() throws IOException {
        properties.put("dt.route.mqtt", "false");

        assertThat(findings("""
                - route:
                    precondition: "{{dt.route.mqtt}}"
                    from:
                      uri: timer:t
                      steps:
                        - to: "log:{{dt.mqtt-url}}"
                """)).isEmpty();
    }

    @Test
    void findsIdsThatAreUsedTwice() throws IOException {
        write("a.camel.yaml", """
                - route:
                    id: same
                    from:
                      uri: timer:t
                      steps:
                        - log: a
                """);

        assertThat(findings("""
                - route:
                    id: same
                    from:
                      uri: timer:u
                      steps:
                        - log: b
                """))
                .containsExactly(
                        "x.camel.yaml:2:9: error: the route id 'same' is already used in a.camel.yaml:1; give one of the two another id");
    }

    @Test
    void findsExpressionsThatDoNotCompile() throws IOException {
        assertThat(findings("""
                - route:
                    from:
                      uri: timer:t
                      steps:
                        - setBody:
                            simple: "${boddy}"
                        - filter:
                            simple: "${header.a} =="
                            steps:
                              - log: a
                        - setBody:
                            jq: ".a | ]"
                        - setBody:
                            expression:
                              jsonpath: "$.a[?("
                        - setBody:
                            groovy: "1 + 1"
                """))
                .containsExactly(
                        "x.camel.yaml:6:22: error: simple has no function 'boddy'; did you mean 'body'?",
                        "x.camel.yaml:8:34: error: the simple expression cannot be read from '==' on; put spaces around "
                                + "operators, quotes around text, and a value on both sides: "
                                + "\"${header.DtEventType} == 'temperature'\"",
                        "x.camel.yaml:12:23: error: the jq expression cannot be read from ']' on; "
                                + "look there for a bracket or an operator too many, and before it for one that is missing",
                        "x.camel.yaml:15:29: error: the jsonpath expression cannot be read from '[?(' on; "
                                + "such as '$.data.temperature.value'",
                        "x.camel.yaml:17:13: error: the language 'groovy' is not on the class path; "
                                + "use simple, jq or jsonpath, or add camel-groovy");
    }

    @Test
    void findsTargetsThatNobodyServes() throws IOException {
        properties.put("off", "false");

        assertThat(findings("""
                - route:
                    from:
                      uri: timer:t
                      steps:
                        - to: direct:alrams
                        - to: seda:queue
                        - to: direct:off
                - route:
                    from:
                      uri: direct:alarms
                      steps:
                        - log: a
                - route:
                    id: sleeping
                    precondition: "{{off}}"
                    from:
                      uri: direct:off
                      steps:
                        - log: a
                """))
                .containsExactly(
                        "x.camel.yaml:5:15: error: no route serves 'direct:alrams'; did you mean 'direct:alarms'?",
                        "x.camel.yaml:6:15: error: no route serves 'seda:queue'; "
                                + "it takes a route that begins with from: {uri: 'seda:queue'}",
                        "x.camel.yaml:7:15: error: no route serves 'direct:off'; "
                                + "the route 'sleeping' would, but its precondition does not hold");
    }

    @Test
    void readsAddressesThatAreSettings() throws IOException {
        properties.put("where", "http://localhost/x");
        properties.put("queue", "direct:a");

        assertThat(findings("""
                - route:
                    from:
                      uri: "{{queue}}"
                      steps:
                        - to: "{{where}}"
                        - to: {uri: "{{where}}/more", parameters: {httpMethod: POST}}
                        - to: "{{Other.where:log:a}}"
                - route:
                    from:
                      uri: timer:a
                      steps:
                        - to: direct:a
                """)).isEmpty();
    }

    @Test
    void wantsASubscriberOfItsOwnForEachRoute() throws IOException {
        assertThat(findings("""
                - route:
                    id: one
                    from:
                      uri: dt-stream:p
                      steps:
                        - log: a
                - route:
                    id: two
                    from:
                      uri: dt-stream:p
                      parameters: {subscriber: s}
                      steps:
                        - log: a
                - route:
                    id: three
                    from:
                      uri: dt-stream:{{dt.project-id}}?subscriber=s
                      steps:
                        - log: a
                """))
                .containsExactly(
                        "x.camel.yaml:4:12: error: dt-stream has no 'subscriber'; "
                                + "the cursor is kept under it, so give each route its own and keep it",
                        "x.camel.yaml:17:12: error: the subscriber 's' of dt-stream:p is already the route 'two' in x.camel.yaml:7; "
                                + "give each route its own name");
    }

    @Test
    void findsBeansThatThereAreNot() throws IOException {
        assertThat(findings("""
                - beans:
                    - name: mine
                      type: java.util.ArrayList
                - route:
                    from:
                      uri: timer:t
                      steps:
                        - split:
                            simple: "${body}"
                            aggregationStrategy: "#recrods"
                            steps:
                              - log: a
                - route:
                    id: other
                    from:
                      uri: timer:t
                      steps:
                        - to: bean:mine?method=clear
                """))
                .containsExactly("x.camel.yaml:10:34: error: there is no bean 'recrods'; did you mean 'records'?");
    }

    @Test
    void findsBeansThatEndpointsReferTo() throws IOException {
        assertThat(findings("""
                - route:
                    from:
                      uri: timer:t
                      parameters: {timer: "#clock"}
                      steps:
                        - log: a
                """))
                .containsExactly(
                        "x.camel.yaml:4:20: error: there is no bean 'clock'; declare it under 'beans:' in the file");
    }

    @Test
    void findsValuesThatAnOptionDoesNotTake() throws IOException {
        properties.put("size", "big");

        assertThat(findings("""
                - route:
                    from:
                      uri: timer:t
                      parameters: {period: often, repeatCount: 1.x, fixedRate: maybe}
                      steps:
                        - to:
                            uri: file:x
                            parameters: {fileExist: Apend}
                        - to: log:x?groupSize={{size}}
                """))
                .containsExactly(
                        "x.camel.yaml:4:20: error: the option 'period' of timer takes a duration such as 500 or 10s, not 'often'",
                        "x.camel.yaml:4:35: error: the option 'repeatCount' of timer takes a number, not '1.x'",
                        "x.camel.yaml:4:53: error: the option 'fixedRate' of timer takes true or false, not 'maybe'",
                        "x.camel.yaml:8:26: error: the option 'fileExist' of file takes one of Append, Fail, Ignore, Move, Override, "
                                + "TryRename, not 'Apend'; did you mean 'Append'?",
                        "x.camel.yaml:9:15: error: the option 'groupSize' of log takes a number, not 'big'");
    }

    @Test
    void findsEndpointsThatCannotBeMade() throws IOException {
        assertThat(findings("""
                - route:
                    from:
                      uri: timer:t
                      steps:
                        - to: "file:${body}"
                """))
                .containsExactly("x.camel.yaml:5:15: error: the endpoint cannot be made: "
                        + "Invalid directory: ${body}. Dynamic expressions with ${ } placeholders is not allowed. "
                        + "Use the fileName option to set the dynamic expression.");
    }

    @Test
    void findsBeansThatCannotBeCreated() throws IOException {
        assertThat(findings("""
                - beans:
                    - name: mine
                      type: com.example.Nowhere
                - route:
                    from:
                      uri: timer:t
                      steps:
                        - log: a
                """))
                .containsExactly(
                        "x.camel.yaml:3:13: error: there is no class 'com.example.Nowhere'; put its jar into lib/ "
                                + "beside dt-stream-router.jar, and start again");
    }

    @Test
    void warnsOfBeansThatAnExpressionHolds() throws IOException {
        assertThat(findings("""
                - beans:
                    - name: mine
                      type: java.util.ArrayList
                - route:
                    from:
                      uri: timer:t
                      steps:
                        - setBody: {simple: "${bean:mine?method=size}"}
                """))
                .containsExactly(
                        "x.camel.yaml:8:29: warning: '${bean:mine}' stays the bean that it is now, also when it is edited under "
                                + "'beans:'; call it by a step of its own: 'bean: {ref: mine}', or restart after an edit of the bean");
    }

    @Test
    void findsARouteWithoutSteps() throws IOException {
        assertThat(findings("""
                - route:
                    from:
                      uri: timer:t
                      steps: []
                """))
                .containsExactly("x.camel.yaml:1:3: error: the route has no steps; list them below 'steps:'");
    }

    private static final String TEMPLATE = """
            - routeTemplate:
                id: forward
                parameters:
                  - {name: subscriber}
                  - {name: target, defaultValue: "log:x"}
                from:
                  uri: dt-stream:{{dt.project-id}}
                  parameters: {subscriber: "{{subscriber}}"}
                  steps:
                    - to: "{{target}}"
            """;

    private static String fromTemplate(String id, String template, String... parameters) {
        StringBuilder text = new StringBuilder("""
                - templatedRoute:
                    routeId: %s
                    routeTemplateRef: %s
                    parameters:
                """.formatted(id, template));
        for (String parameter : parameters) {
            text.append("      - {").append(parameter).append("}\n");
        }
        return text.toString();
    }

    @Test
    void buildsTheRoutesThatAreMadeFromTemplates() throws IOException {
        write("template.camel.yaml", TEMPLATE);
        assertThat(findings(fromTemplate("one", "forward", "name: subscriber, value: one")))
                .isEmpty();

        String two = fromTemplate("one", "forward", "name: subscriber, value: one")
                + fromTemplate("two", "forward", "name: subscriber, value: one")
                + fromTemplate("three", "forward", "name: subscriber, value: three", "name: target, value: 'nowhere:x'")
                + fromTemplate("four", "forward", "name: target, value: 'log:y'");
        assertThat(findings(two))
                .containsExactly(
                        "x.camel.yaml:6:3: error: the subscriber 'one' of dt-stream:p is already the route 'one' in "
                                + "x.camel.yaml:1; give each route its own name",
                        "x.camel.yaml:16:31: error: unknown component 'nowhere'; "
                                + "look also at the route template 'forward' in template.camel.yaml:1",
                        "x.camel.yaml:17:3: error: cannot be loaded: Route template forward the following mandatory "
                                + "parameters must be provided: subscriber; "
                                + "look also at the route template 'forward' in template.camel.yaml:1");
    }

    @Test
    void findsTemplatesAndParametersThatThereAreNot() throws IOException {
        assertThat(findings(TEMPLATE
                        + fromTemplate("one", "forwrad", "name: subscriber, value: one")
                        + fromTemplate("two", "forward", "name: subscribr, value: two")))
                .containsExactly(
                        "x.camel.yaml:13:23: error: there is no route template 'forwrad'; did you mean 'forward'?",
                        "x.camel.yaml:20:16: error: the route template 'forward' has no parameter 'subscribr'; "
                                + "did you mean 'subscriber'?");
    }

    @Test
    void checksWhatStandsInATemplate() throws IOException {
        assertThat(findings("""
                - routeTemplate:
                    id: broken
                    parameters: [{name: where}]
                    from:
                      uri: tmier:x
                      steps:
                        - to: log:{{where}}?shwAll=true
                        - setBody: {simple: "${boddy}"}
                """))
                .containsExactly(
                        "x.camel.yaml:5:12: error: unknown component 'tmier'; did you mean 'timer'?",
                        "x.camel.yaml:7:15: error: unknown option 'shwAll' of log; did you mean 'showAll'?",
                        "x.camel.yaml:8:30: error: simple has no function 'boddy'; " + "did you mean 'body'?");
    }

    @Test
    void knowsWhichTargetsRoutesFromTemplatesServeAndCall() throws IOException {
        assertThat(findings("""
                - from:
                    uri: timer:b
                    steps:
                      - to: direct:served
                - routeTemplate:
                    id: serve
                    parameters: [{name: name}]
                    from:
                      uri: direct:{{name}}
                      steps:
                        - to: direct:{{name}}s
                """ + fromTemplate("a", "serve", "name: name, value: served")))
                .containsExactly(
                        "x.camel.yaml:12:3: error: no route serves 'direct:serveds'; did you mean 'direct:served'?");
    }

    @Test
    void refusesServicesThatTheRouterDoesNotOffer() throws IOException {
        assertThat(findings("""
                - rest:
                    path: /x
                """))
                .containsExactly("x.camel.yaml:1:3: error: 'rest' is not allowed in a route file; "
                        + "to answer HTTP requests begin a route with from: {uri: 'platform-http:/PATH'}");
    }

    @Test
    void takesWhatConcernsAllRoutesOfAFile() throws IOException {
        assertThat(findings("""
                - dataFormats:
                    - json: {id: pretty, prettyPrint: true}
                - onException:
                    exception: [java.io.IOException]
                    handled: {constant: "true"}
                    steps: [{log: a}]
                - onCompletion:
                    steps: [{log: done}]
                - intercept:
                    steps: [{log: i}]
                - errorHandler:
                    deadLetterChannel: {deadLetterUri: "log:dead"}
                - from:
                    uri: timer:a
                    steps:
                      - marshal: {custom: {ref: pretty}}
                """)).isEmpty();
        assertThat(findings("""
                - onException:
                    exception: [java.io.IOExceptio]
                    steps: [{log: a}]
                - from:
                    uri: timer:a
                    steps: [{log: a}]
                """))
                .containsExactly(
                        "x.camel.yaml:2:17: error: there is no class 'java.io.IOExceptio'; put its jar into lib/ "
                                + "beside dt-stream-router.jar, and start again");
    }

    @Test
    void saysInPlainWordsWhatIsNotYaml() throws IOException {
        assertThat(findings("- route:\n\tid: a\n"))
                .containsExactly("x.camel.yaml:2:1: error: not YAML: a tab stands where the line is indented; "
                        + "indent with spaces");
        assertThat(findings("- route:\n    id: \"a\n    from:\n      uri: \"timer:x\"\n"))
                .containsExactly("x.camel.yaml:4:13: error: not YAML: text goes on after its closing quote; "
                        + "put quotes of the other kind around it, or look above for a quote that is not closed");
        assertThat(findings("- route:\n    id: a\n   from: b\n"))
                .containsExactly("x.camel.yaml:3:4: error: not YAML: this line has an indentation that fits none of the"
                        + " lines above; indent it as far as the ones before and after it;"
                        + " look also for a quote above that is not closed");
        assertThat(findings("- route:\n    id: a: b\n"))
                .containsExactly("x.camel.yaml:2:10: error: not YAML: a second ': ' stands in this line; "
                        + "put text that holds ': ' in quotes");
    }

    @Test
    void refusesTextThatIsNotUtf8() throws IOException {
        Files.write(
                routes.resolve("x.camel.yaml"),
                "- from:\n    uri: timer:\u00e4\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(findings())
                .containsExactly("x.camel.yaml:2:16: error: the text is not UTF-8 here; save the file as UTF-8");
    }

    @Test
    void complainsOnceOfOneSlip() throws IOException {
        assertThat(findings("""
                - route:
                    form:
                      uri: dt-stream:p
                """))
                .containsExactly("x.camel.yaml:2:5: error: unknown key 'form' in 'route'; did you mean 'from'?");
        assertThat(findings("""
                - from:
                    uri: dt-stream:p
                    parameters: {subscribr: a}
                    steps: [{log: a}]
                """))
                .containsExactly(
                        "x.camel.yaml:3:18: error: unknown option 'subscribr' of dt-stream; did you mean 'subscriber'?");
    }

    @Test
    void namesFilesAndFoldersThatAreNotRead() throws IOException {
        write("foo.yaml", "");
        write("bar.camel.yml", "");
        write("bar.test.yml", "");
        write("bar.test.yaml", "");
        write("notes.txt", "");
        Files.createDirectories(routes.resolve("examples"));
        Files.createDirectories(routes.resolve("more"));
        write("more/a.camel.yaml", "");
        write("examples/a.camel.yaml", "");

        assertThat(findings("""
                - from:
                    uri: timer:t
                    steps: [{log: a}]
                """))
                .containsExactly(
                        "bar.camel.yml: warning: the file is not read; rename it to bar.camel.yaml, or take it out of the folder",
                        "bar.test.yml: warning: the file is not read; rename it to bar.test.yaml, or take it out of the folder",
                        "foo.yaml: warning: the file is not read; rename it to foo.camel.yaml, or take it out of the folder",
                        "more: warning: the folder is not read: routes in it do not run; move them up into " + routes);
    }

    @Test
    void saysWhatIsWrongWithAlarmRulesBesideRoutes() throws IOException {
        write("alarms.yaml", "alarms: [{alarm: a, no-data: '{{silence}}'}, {alarm: b, no-data: 1h, sevrity: info}]");
        write("b.alarms.yaml", "alarms: [{alarm: b, value: {contact: '{{state:OPEN}}'}}]");
        write("alarm.yaml", "");
        write("site-alarms.yml", "");

        assertThat(findings("""
                - from:
                    uri: timer:t
                    steps: [{log: a}]
                """))
                .containsExactly(
                        "alarm.yaml: warning: the file is not read; rename it to alarms.yaml, or take it out of the folder",
                        "alarms.yaml:1:30: error: the property 'silence' is not set; set it in application.properties or as SILENCE in the environment, or give a default: {{silence:…}}",
                        "alarms.yaml:1:70: error: unknown key 'sevrity' of a rule; did you mean 'severity'?",
                        "b.alarms.yaml:1:18: error: the alarm 'b' is already in alarms.yaml:1; give one of the two another name",
                        "site-alarms.yml: warning: the file is not read; rename it to site.alarms.yaml, or take it out of the folder");
    }

    @Test
    void saysThatThereAreNoRoutes() throws IOException {
        assertThat(findings())
                .containsExactly(
                        routes + ": warning: there are no routes here; a route file's name ends in .camel.yaml");
    }

    @Test
    void blamesTheNewerOfTwoFilesWithOneIdAndOneSubscriber() throws IOException {
        String route = "- route: {id: same, from: {uri: 'dt-stream:p?subscriber=s', steps: [{log: a}]}}";
        write("a.camel.yaml", route);
        write("b.camel.yaml", route);
        Files.setLastModifiedTime(routes.resolve("a.camel.yaml"), FileTime.fromMillis(2_000_000));
        Files.setLastModifiedTime(routes.resolve("b.camel.yaml"), FileTime.fromMillis(1_000_000));

        assertThat(findings())
                .containsExactly(
                        "a.camel.yaml:1:15: error: the route id 'same' is already used in b.camel.yaml:1; give one of the two another id");

        write("b.camel.yaml", route.replace("same", "other"));
        Files.setLastModifiedTime(routes.resolve("b.camel.yaml"), FileTime.fromMillis(3_000_000));

        assertThat(findings())
                .containsExactly(
                        "b.camel.yaml:1:34: error: the subscriber 's' of dt-stream:p is already the route 'same' in "
                                + "a.camel.yaml:1; give each route its own name");
    }

    /** A cursor belongs to a subscriber of one project's stream, also where a route reads several projects. */
    @Test
    void findsASubscriberThatTwoRoutesHaveInTheSameStreamOfTheSameProject() throws IOException {
        String one = "- route: {id: one, from: {uri: 'dt-stream:a, b?subscriber=s', steps: [{log: a}]}}\n";
        String two = "- route: {id: two, from: {uri: 'dt-stream:%s?subscriber=s', steps: [{log: a}]}}\n";

        assertThat(findings(one + two.formatted("b")))
                .containsExactly(
                        "x.camel.yaml:2:32: error: the subscriber 's' of dt-stream:b is already the route 'one' in "
                                + "x.camel.yaml:1; give each route its own name");
        assertThat(findings(one + two.formatted("b,a"))).hasSize(1);
        assertThat(findings(one + two.formatted("c"))).isEmpty();
        assertThat(findings(one + two.formatted("b").replace("subscriber=s", "subscriber=s&stream=other")))
                .as("apart from an option that the component of this test does not have")
                .noneMatch(line -> line.contains("subscriber"));
    }

    @Test
    void looksAtOneFileAmongItsNeighbours() throws IOException {
        write("a.camel.yaml", "- from: {uri: 'direct:a', steps: [{log: '${boddy}'}]}");
        write("draft.yaml", "- from: {uri: 'timer:t', steps: [{to: 'direct:a'}, {to: 'direct:b'}]}");

        assertThat(VALIDATOR.validateFile(routes.resolve("draft.yaml"), properties))
                .extracting(Finding::message)
                .containsExactly("no route serves 'direct:b'");
    }

    @Test
    void saysInPlainWordsWhatIsWrongWithAnExpression() throws IOException {
        properties.put("dt.route.mine", "yes");

        assertThat(findings("""
                - route:
                    precondition: "{{dt.route.mine}}"
                    from:
                      uri: timer:t
                      steps:
                        - setBody: {simple: "a ${body"}
                        - filter: {simple: "yes", steps: [{log: a}]}
                        - filter: {simple: "${body} == 'a", steps: [{log: a}]}
                        - setBody: {jq: "{a: .b"}
                        - setBody: {simple: "${date:}"}
                """))
                .containsExactly(
                        "x.camel.yaml:2:19: error: 'precondition' is 'yes', which is neither true nor false; "
                                + "set 'dt.route.mine' to true or false",
                        "x.camel.yaml:6:32: error: the function that begins here does not end; close it by '}'",
                        "x.camel.yaml:7:29: error: 'yes' is no condition; "
                                + "write a comparison, such as \"${header.DtEventType} == 'temperature'\"",
                        "x.camel.yaml:8:41: error: a quote in the simple expression is not closed; close the quote",
                        "x.camel.yaml:9:31: error: the jq expression ends too early; close its brackets and quotes",
                        "x.camel.yaml:10:30: error: the function 'date:' is not complete; "
                                + "it is written as Camel's simple language has it");
    }

    @Test
    void aRouteThatReadsTheAlarmsOfNoRuleIsTold() throws IOException {
        write("alarms.yaml", "alarms: [{alarm: too-warm, value: temperature, raise: {above: 8}}]");
        write("a.camel.yaml", """
                - from:
                    uri: dt-alarm:too-warn
                    parameters: {subscriber: a}
                    steps: [{split: {simple: "${body}", steps: [{log: "${header.DtAlarmText}"}]}}]
                - from:
                    uri: dt-alarm:too-*,too-warm
                    parameters: {subscriber: b}
                    steps: [{split: {simple: "${body}", steps: [{log: "${header.DtAlarmText}"}]}}]
                """);

        assertThat(findings())
                .containsExactly(
                        "a.camel.yaml:2:10: warning: there is no alarm rule 'too-warn'; did you mean 'too-warm'?");
    }
}
