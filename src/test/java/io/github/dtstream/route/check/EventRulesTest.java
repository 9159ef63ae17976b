package io.github.dtstream.route.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.camel.StreamBeans;
import io.github.dtstream.file.CrashSafeFileComponent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The findings about steps that need one event and get a batch, about headers, and about JSON. */
final class EventRulesTest {
    private static final RouteValidator VALIDATOR = new RouteValidator(EventRulesTest::equip);
    private static final String SPLIT = "split it first: 'split: {simple: \"${body}\", steps: […]}'";

    @TempDir
    private Path routes;

    private static void equip(CamelContext context) {
        context.getRegistry().bind("file", new CrashSafeFileComponent());
        StreamBeans.bind(context);
    }

    /** The steps of a route that reads a stream; the first is in line 5, column 7. */
    private List<String> findings(String steps) throws IOException {
        Files.writeString(routes.resolve("x.camel.yaml"), """
                - from:
                    uri: dt-stream:p
                    parameters: {subscriber: x}
                    steps:
                """ + steps.indent(6));
        return VALIDATOR.validate(routes, Map.of()).stream()
                .map(finding -> finding.toString().replace(routes + "/x.camel.yaml:", ""))
                .toList();
    }

    private List<String> inASplit(String steps) throws IOException {
        return findings("- split:\n    simple: \"${body}\"\n    steps:\n"
                + steps.indent(6).stripTrailing());
    }

    @Test
    void anEventsHeadersAreNotOnTheBatch() throws IOException {
        assertThat(findings("""
                - setBody: {simple: "${header.DtEventId},${header.DtReceivedDate}"}
                - filter: {header: DtDeviceId, steps: [{to: "log:a"}]}
                """))
                .containsExactly(
                        "5:27: error: 'DtEventId' is a header of an event, and here is the whole batch; " + SPLIT,
                        "6:26: error: 'DtDeviceId' is a header of an event, and here is the whole batch; " + SPLIT);
    }

    @Test
    void anEventsHeadersAreGoneBehindTheSplit() throws IOException {
        assertThat(findings("""
                - split:
                    simple: "${body}"
                    aggregationStrategy: "#records"
                    steps:
                      - log: "${header.DtDeviceId}"
                - to:
                    uri: file:out
                    parameters: {fileName: "${header.DtDeviceId}.txt", fileExist: Append, appendChars: "\\\\n"}
                """))
                .containsExactly("12:34: error: 'DtDeviceId' is a header of an event, and here is the batch again; "
                        + "use it inside the split; the batch has DtProjectId and DtReceivedDate");
    }

    @Test
    void aWholeBatchDoesNotGoWhereOneMessageIsMeant() throws IOException {
        assertThat(findings("""
                - setProperty: {name: id, jq: ".eventId"}
                - to: https://example.com/hook
                """))
                .containsExactly(
                        "5:9: error: the whole batch, a list of events, comes to 'setProperty', which is for one event; "
                                + SPLIT,
                        "6:13: error: the whole batch, a list of events, comes to 'https', which takes one message; "
                                + SPLIT);
    }

    @Test
    void theNearestHeaderIsOfferedForOneThatThereIsNot() throws IOException {
        assertThat(inASplit("""
                - log: "${header.DtDeviceNam} ${headers[DtEventTyp]}"
                - setBody: {jq: '{a: header("DtLabel")}'}
                - setHeader: {name: a, header: DtEvntId}
                """))
                .containsExactly(
                        "8:20: error: there is no header 'DtDeviceNam'; did you mean 'DtDeviceName'?",
                        "8:20: error: there is no header 'DtEventTyp'; did you mean 'DtEventType'?",
                        "9:29: error: there is no header 'DtLabel'; did you mean 'DtLabels'?",
                        "10:44: error: there is no header 'DtEvntId'; did you mean 'DtEventId'?");
    }

    @Test
    void aLabelIsNamedInBrackets() throws IOException {
        assertThat(inASplit("""
                - log: "${header.DtLabels.room}"
                - log: "${header.DtLabels[room]}"
                """))
                .containsExactly("8:20: error: '${header.DtLabels.room}' fails for devices without that label; "
                        + "write '${header.DtLabels[room]}'");
    }

    @Test
    void jsonIsNotPutTogetherFromNamesAndLabels() throws IOException {
        String hint = "make it by jq, which quotes: jq: '{name: header(\"DtDeviceName\"), at: .timestamp}'";
        assertThat(inASplit("""
                - setBody: {simple: '{"name":"${header.DtDeviceName}"}'}
                - setBody: {expression: {simple: '[{"room":"${header.DtLabels[room]}"}]'}}
                - setVariable: {name: who, simple: "${header.DtDeviceName}"}
                - setHeader: {name: json, simple: '{"who":"${variable.who}"}'}
                - setVariable: {name: who, jq: 'header("DtDeviceName") | tojson'}
                - setHeader: {name: json, simple: '{"who":${variable.who}}'}
                - setBody: {simple: '{"data":"${header.DtData}"}'}
                """))
                .containsExactly(
                        "8:33: error: a quote or a backslash in '${header.DtDeviceName}' breaks this JSON; " + hint,
                        "9:46: error: a quote or a backslash in '${header.DtLabels[room]}' breaks this JSON; " + hint,
                        "11:47: error: a quote or a backslash in '${variable.who}' breaks this JSON; " + hint,
                        "14:33: error: what stands in quotes here is JSON itself, and its quotes end the text; "
                                + "leave the quotes around it out");
    }

    @Test
    void theSameIsFoundWhereEventsAreHandedTo() throws IOException {
        Files.writeString(routes.resolve("a.camel.yaml"), """
                - from:
                    uri: direct:write
                    steps:
                      - setBody: {simple: '{"name":"${header.DtDeviceName}"}'}
                      - to: {uri: "file:out", parameters: {fileName: a.txt}}
                """);

        assertThat(inASplit("- to: direct:write"))
                .extracting(line -> line.replaceFirst(".*/a.camel", "a.camel"))
                .containsExactly(
                        "a.camel.yaml:4:27: error: a quote or a backslash in '${header.DtDeviceName}' breaks this JSON "
                                + "(events come here from the route 'x'); make it by jq, which quotes: "
                                + "jq: '{name: header(\"DtDeviceName\"), at: .timestamp}'",
                        "a.camel.yaml:5:19: error: 'file' writes many events to the file 'a.txt', and only the last of them stays "
                                + "(events come here from the route 'x'); set 'fileExist: Append' and 'appendChars: \"\\\\n\"', "
                                + "or a name for each event: \"${header.DtEventId}.json\" inside the split");
    }

    @Test
    void routesFromTemplatesAndSharedPartsAreLookedAt() throws IOException {
        Files.writeString(routes.resolve("t.camel.yaml"), """
                - routeTemplate:
                    id: tap
                    parameters: [{name: subscriber}]
                    from:
                      uri: dt-stream:p
                      parameters: {subscriber: "{{subscriber}}"}
                      steps:
                        - wireTap: {uri: "log:a"}
                - templatedRoute: {routeTemplateRef: tap, routeId: one, parameters: [{name: subscriber, value: one}]}
                - templatedRoute: {routeTemplateRef: tap, routeId: two, parameters: [{name: subscriber, value: two}]}
                - intercept:
                    steps:
                      - wireTap: {uri: "log:b"}
                """);

        assertThat(VALIDATOR.validate(routes, Map.of()))
                .extracting(finding -> finding.line() + ":" + finding.column() + ": " + finding.message())
                .containsExactly(
                        "8:11: 'wireTap' lets events count as delivered before the tapped copy is",
                        "13:9: 'wireTap' lets events count as delivered before the tapped copy is");
    }

    @Test
    void routesThatReadNoStreamMayDoAsTheyLike() throws IOException {
        Files.writeString(routes.resolve("x.camel.yaml"), """
                - from:
                    uri: timer:t
                    steps:
                      - wireTap: {uri: "log:a"}
                      - setBody: {simple: "${header.DtDeviceNam}"}
                      - to: {uri: "file:out", parameters: {fileName: a.txt}}
                """);

        assertThat(VALIDATOR.validate(routes, Map.of())).isEmpty();
    }
}
