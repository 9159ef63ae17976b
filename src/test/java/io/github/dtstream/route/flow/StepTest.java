package io.github.dtstream.route.flow;

import static io.github.dtstream.route.flow.Steps.LANGUAGES;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.route.model.Nodes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepTest {
    @Test
    void leavesOutWhatIsDisabled() {
        assertThat(Steps.of("""
                - log: a
                - to: {uri: "direct:a", disabled: "True"}
                - to: {uri: "direct:b", disabled: false}
                """)).extracting(Step::name).containsExactly("log", "to");
    }

    @Test
    void findsTheStepsOfEveryBranch() {
        Step choice = Steps.one("""
                - choice:
                    when:
                      - {simple: "${body}", steps: [{log: a}, {log: b}]}
                      - {simple: "${body}", steps: [{to: "direct:a"}]}
                    otherwise: {steps: [{stop: {}}]}
                """);
        Step attempt = Steps.one("""
                - doTry:
                    steps: [{log: a}]
                    doCatch: [{exception: [java.io.IOException], steps: [{log: b}, {log: c}]}]
                    doFinally: {steps: []}
                """);

        assertThat(names(choice)).containsExactly(List.of("log", "log"), List.of("to"), List.of("stop"));
        assertThat(names(attempt)).containsExactly(List.of("log"), List.of("log", "log"), List.of());
        assertThat(names(Steps.one("- log: a"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- to: direct:a",
                "- bean: {ref: b}",
                "- process: {ref: b}",
                "- filter: {simple: '${body}', steps: [{to: 'direct:a'}]}",
                "- choice: {otherwise: {steps: [{filter: {simple: '${body}', steps: [{toD: 'direct:a'}]}}]}}",
                "- split: {simple: '${body}', steps: [{log: a}]}"
            })
    void knowsWhatMayLeaveTheRoute(String step) {
        assertThat(Steps.one(step).delivers()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- log: a",
                "- setBody: {constant: a}",
                "- stop: {}",
                "- filter: {simple: '${body}', steps: [{log: a}]}",
                "- filter: {simple: '${body}', steps: [{to: {uri: 'direct:a', disabled: true}}]}",
                "- choice: {when: [{simple: '${body}', steps: [{marshal: {json: {}}}]}]}"
            })
    void knowsWhatChangesOnlyWhatIsInHand(String step) {
        assertThat(Steps.one(step).delivers()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- setBody: {simple: '${body}'}",
                "- setBody: {expression: {simple: '${body}'}}",
                "- setBody: {simple: {expression: '${body}', trim: true}}",
                "- setBody: {expression: {simple: {expression: '${body}'}}}"
            })
    void readsAnExpressionInEachOfItsForms(String step) {
        Step.Expression expression = Steps.one(step).expression(LANGUAGES).orElseThrow();

        assertThat(expression.language()).isEqualTo("simple");
        assertThat(expression.text()).isEqualTo("${body}");
        assertThat(Nodes.text(expression.node())).isEqualTo("${body}");
    }

    @Test
    void hasNoExpressionWhereNoneIsWritten() {
        assertThat(Steps.one("- log: a").expression(LANGUAGES)).isEmpty();
        assertThat(Steps.one("- setHeader: {name: x}").expression(LANGUAGES)).isEmpty();
        assertThat(Steps.one("- setBody: {simple: {trim: true}}")
                        .expression(LANGUAGES)
                        .orElseThrow()
                        .text())
                .isEmpty();
    }

    @Test
    void tellsItsOwnOptionsFromThoseOfTheStepsInIt() {
        Step split = Steps.one("""
                - split:
                    simple: "${body}"
                    stop-on-exception: "true"
                    steps: [{setHeader: {name: x, parallel-processing: "true", constant: a}}]
                """);

        assertThat(split.isSet("stopOnException")).isTrue();
        assertThat(split.isSet("parallelProcessing")).isFalse();
        assertThat(split.has("steps")).isTrue();
        assertThat(split.option("simple")).contains("${body}");
        assertThat(split.own()).extracting(Nodes::key).containsExactly("simple", "stopOnException");
    }

    private static List<List<String>> names(Step step) {
        return step.branches().stream()
                .map(branch -> branch.stream().map(Step::name).toList())
                .toList();
    }
}
