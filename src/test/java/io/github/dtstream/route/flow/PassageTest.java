package io.github.dtstream.route.flow;

import static io.github.dtstream.route.flow.Steps.LANGUAGES;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.route.flow.Passage.Body;
import io.github.dtstream.route.flow.Passage.Headers;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PassageTest {
    private static final Passage BATCH = Passage.ofBatch("events");
    private static final Passage EVENT = BATCH.withBody(Body.EVENT, true).withHeaders(Headers.OF_EVENT);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "setBody: {constant: 'a'}                    | CONSTANT | true",
                "setBody: {constant: \"a\\n\"}               | CONSTANT | true",
                "setBody: {constant: 'a\\n'}                 | CONSTANT | false",
                "setBody: {simple: '${body}'}                | EVENT    | true",
                "setBody: {simple: '{{whole}}'}              | EVENT    | true",
                "setBody: {simple: '${body} and more'}       | OTHER    | true",
                "setBody: {simple: 'a ${body}'}              | OTHER    | true",
                "setBody: {simple: '${body}\\n'}             | OTHER    | false",
                "setBody: {simple: '${header.DtEventId}'}    | OTHER    | true",
                "setBody: {simple: '${header.line}'}         | OTHER    | false",
                "setBody: {jq: '.data'}                      | OTHER    | true",
                "setBody: {jq: '.data + \"\\n\"'}            | OTHER    | false",
                "setBody: {jq: '@csv'}                       | OTHER    | false",
                "setBody: {jsonpath: '$.data'}               | OTHER    | false",
                "transform: {constant: 'a'}                  | CONSTANT | true",
                "setBody: {}                                 | OTHER    | false",
                "convertBodyTo: {type: String}               | OTHER    | true",
                "marshal: {json: {}}                         | OTHER    | true",
                "marshal: {json: {prettyPrint: true}}        | OTHER    | false",
                "marshal: {csv: {}}                          | OTHER    | false",
                "marshal: {csv: {recordSeparator: ''}}       | OTHER    | true",
                "unmarshal: {json: {}}                       | OTHER    | false",
                "log: 'a'                                    | EVENT    | true"
            })
    void knowsWhatAStepMakesOfTheBodyAndWhetherItEndsItsLine(String step, Body body, boolean unterminated) {
        Passage after = after(EVENT, "- " + step);

        assertThat(after.body()).isEqualTo(body);
        assertThat(after.isUnterminated()).isEqualTo(unterminated);
    }

    @Test
    void knowsThatABodyWhichEndedItsLineStillDoesInAnotherText() {
        Passage ended = EVENT.withBody(Body.OTHER, false);

        assertThat(after(ended, "- setBody: {simple: 'a ${body}'}").isUnterminated())
                .isFalse();
        assertThat(after(ended, "- convertBodyTo: {type: String}").isUnterminated())
                .isFalse();
    }

    @Test
    void remembersTheHeadersThatTheRouteSets() {
        Passage after = after(EVENT, """
                - setHeaders: {headers: [{name: CamelFileName, constant: a.txt}, {name: two, simple: "${body}"}]}
                """);
        after = after(after, "- setHeader: {name: TWO, constant: b}");

        assertThat(after.set()).isEqualTo(Map.of("camelfilename", "a.txt", "two", "b"));
        assertThat(EVENT.set()).isEmpty();
    }

    /** Typed text, with quotes and backslashes, must not be composed to JSON. */
    @Test
    void remembersWhatHoldsATextThatSomebodyTyped() {
        Passage named = after(EVENT, "- setVariable: {name: device, simple: '${header.DtDeviceName}'}");
        assertThat(named.free()).containsExactly("variable.device");

        assertThat(after(named, "- setVariable: {name: device, constant: x}").free())
                .isEmpty();
        assertThat(after(EVENT, "- setHeader: {name: id, simple: '${header.DtDeviceId}'}")
                        .free())
                .isEmpty();
    }

    @Test
    void waitsForAReplyWhereTheRouteAsksForOne() {
        assertThat(after(EVENT, "- setExchangePattern: InOut").isAwaited()).isTrue();
        assertThat(after(EVENT, "- setExchangePattern: {pattern: InOut}").isAwaited())
                .isTrue();
        assertThat(after(EVENT.awaited(true), "- setExchangePattern: InOnly").isAwaited())
                .isFalse();
    }

    @Test
    void knowsWhereTwoWaysMeetOnlyWhatHoldsOnBoth() {
        Passage one = EVENT.withHeader("a", "x", true);
        Passage other =
                BATCH.withBody(Body.BATCH, false).withHeader("b", "y", false).awaited(true);

        Passage met = one.or(other);

        assertThat(met.body()).isEqualTo(Body.OTHER);
        assertThat(met.headers()).isEqualTo(Headers.UNKNOWN);
        assertThat(met.isUnterminated()).isFalse();
        assertThat(met.isAwaited()).isTrue();
        assertThat(met.set()).containsOnlyKeys("a", "b");
        assertThat(met.free()).containsExactly("header.a");
        assertThat(one.or(one)).isEqualTo(one);
    }

    @Test
    void goesOnBehindStepsInItsOwnPlace() {
        Passage place = EVENT.copiedBy("wireTap").followed(true);
        Passage outcome = BATCH.withBody(Body.RECORDS, false).awaited(true).followed(false);

        Passage on = place.goingOnWith(outcome);

        assertThat(on.copiedBy()).isEqualTo("wireTap");
        assertThat(on.isFollowed()).isTrue();
        assertThat(on.body()).isEqualTo(Body.RECORDS);
        assertThat(on.headers()).isEqualTo(Headers.OF_BATCH);
        assertThat(on.isAwaited()).isTrue();
    }

    private static Passage after(Passage at, String step) {
        return PassageChange.of(Steps.one(step), at, LANGUAGES, text -> text.equals("{{whole}}") ? "${body}" : text);
    }
}
