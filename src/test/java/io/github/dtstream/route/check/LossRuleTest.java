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

/**
 * What is said, and where, of steps that would lose events. That they do lose them {@link RouteShapesTest} shows on a
 * real stream.
 */
final class LossRuleTest {
    private static final RouteValidator VALIDATOR = new RouteValidator(LossRuleTest::equip);
    private static final String QUEUE_HINT =
            "; use 'direct:', or have the queue waited for: 'waitForTaskToComplete: Always' and 'timeout: 0'";

    @TempDir
    private Path routes;

    private static void equip(CamelContext context) {
        context.getRegistry().bind("file", new CrashSafeFileComponent());
        StreamBeans.bind(context);
    }

    /** Steps of a route that reads a stream; the first stands in line 5, column 7. A second route serves the queue. */
    private List<String> findings(String steps) throws IOException {
        return findings("", steps);
    }

    private List<String> findings(String more, String steps) throws IOException {
        Files.writeString(
                routes.resolve("x.camel.yaml"),
                "- from:\n    uri: dt-stream:p\n    parameters: {subscriber: x}\n    steps:\n"
                        + steps.indent(6)
                        + "- from:\n    uri: seda:queue\n    steps:\n      - log: queue\n" + more);
        return VALIDATOR.validate(routes, Map.of()).stream()
                .map(finding -> finding.toString().replace(routes + "/x.camel.yaml:", ""))
                .toList();
    }

    @Test
    void aQueueAsTheLastStepIsWaitedForAndSoLegal() throws IOException {
        assertThat(findings("- to: seda:queue")).isEmpty();
    }

    @Test
    void aQueueThatStepsFollowCountsWhenItIsDone() throws IOException {
        assertThat(findings("""
                - to: seda:queue
                - to: log:after
                """))
                .containsExactly(
                        "5:13: error: 'seda' lets events count as delivered when the queue is done with them, whatever becomes of "
                                + "the steps that follow" + QUEUE_HINT);
    }

    @Test
    void aQueueThatIsAwaitedMayBeFollowed() throws IOException {
        assertThat(findings("""
                - to:
                    uri: seda:queue
                    parameters: {waitForTaskToComplete: Always, timeout: 0}
                - to: log:after
                """)).isEmpty();
        assertThat(findings("""
                - to: {uri: "seda:queue", pattern: InOut}
                - to: log:after
                """)).isEmpty();
        assertThat(findings("""
                - to:
                    uri: seda:queue
                    pattern: InOut
                    parameters: {waitForTaskToComplete: Never}
                - to: log:after
                """))
                .containsExactly(
                        "6:16: error: 'seda' lets events count as delivered when the queue is done with them, whatever becomes of "
                                + "the steps that follow" + QUEUE_HINT);
    }

    @Test
    void aQueueInsideACopyIsNotWaitedFor() throws IOException {
        assertThat(findings("""
                - multicast:
                    steps:
                      - to: seda:queue
                """))
                .containsExactly(
                        "7:19: error: 'seda' lets events count as delivered when they are in the queue, being inside "
                                + "'multicast'" + QUEUE_HINT);
        assertThat(findings("""
                - recipientList: {constant: "seda:queue"}
                """))
                .containsExactly(
                        "5:35: error: 'seda' lets events count as delivered when they are in the queue" + QUEUE_HINT);
    }

    @Test
    void aQueueThatMayDropIsNamedWithTheOption() throws IOException {
        assertThat(findings("""
                - to:
                    uri: seda:queue
                    parameters: {discardIfNoConsumers: true, discardWhenFull: true}
                """))
                .containsExactly(
                        "6:16: error: 'seda' with 'discardIfNoConsumers' drops events that count as delivered"
                                + QUEUE_HINT,
                        "6:16: error: 'seda' with 'discardWhenFull' drops events that count as delivered" + QUEUE_HINT);
    }

    @Test
    void anAddressThatIsKnownLateMayBeTheQueue() throws IOException {
        assertThat(findings("""
                - toD: "${header.where}"
                - to: log:after
                """))
                .containsExactly(
                        "5:14: error: the target of 'toD' is known only when a message comes: if it is 'seda:queue', events count "
                                + "as delivered when the queue is done with them, whatever becomes of the steps that follow; begin "
                                + "the address with a component in the text, such as 'direct:${…}', or serve 'direct:queue' in "
                                + "place of the queue");
        assertThat(findings("- toD: \"${header.where}\"")).isEmpty();
        assertThat(findings("""
                - toD: "direct:${header.where}"
                - to: log:after
                """)).isEmpty();
    }

    @Test
    void partsThatRunAtOnceAreAllWaitedFor() throws IOException {
        assertThat(findings("""
                - multicast: {parallelProcessing: true, timeout: 500, steps: [{log: a}]}
                """))
                .containsExactly(
                        "5:9: error: 'multicast' with a 'timeout' lets events count as delivered that it did not wait for; "
                                + "leave 'timeout' out, and give the sink one, which makes the batch come again");
        assertThat(findings("- multicast: {parallelProcessing: true, timeout: 0, steps: [{log: a}]}"))
                .isEmpty();
    }

    @Test
    void aStrategyThatForgetsFailuresNeedsToStopAtTheFirst() throws IOException {
        String strategy = "#class:org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy";
        assertThat(findings("- multicast: {aggregationStrategy: \"" + strategy + "\", steps: [{log: a}]}"))
                .containsExactly(
                        "5:9: error: 'multicast' with GroupedBodyAggregationStrategy forgets the parts that failed; "
                                + "set 'stopOnException: true', or take \"#records\"");
        assertThat(findings("- multicast: {stopOnException: true, aggregationStrategy: \"" + strategy
                        + "\", steps: [{log: a}]}"))
                .isEmpty();
    }

    @Test
    void aStopLeavesTheRestOfASplitOut() throws IOException {
        assertThat(findings("""
                - split:
                    simple: "${body}"
                    stopOnException: true
                    steps:
                      - filter: {simple: "${header.DtEventType} == 'ping'", steps: [{stop: {}}]}
                      - log: a
                - to: log:after
                """))
                .containsExactly(
                        "5:9: error: a 'stop' inside a 'split' with 'stopOnException' leaves out all events that come after it, too; "
                                + "put the steps for the other events into a filter, in place of the stop");
        assertThat(findings("""
                - split:
                    simple: "${body}"
                    steps:
                      - filter: {simple: "${header.DtEventType} == 'ping'", steps: [{stop: {}}]}
                      - log: a
                """)).isEmpty();
    }

    @Test
    void targetsThatCannotBeMadeAreNotPassedOver() throws IOException {
        assertThat(findings("- toD: {uri: \"log:${header.where}\", ignoreInvalidEndpoint: true}"))
                .containsExactly(
                        "5:9: error: 'toD' with 'ignoreInvalidEndpoint' drops events whose target cannot be made; "
                                + "leave it out: they are then tried again");
        assertThat(findings("- toD: {uri: \"log:${header.where}\", ignoreInvalidEndpoint: false}"))
                .isEmpty();
    }

    @Test
    void anAggregateNeedsAnEndAndARepositoryThatSurvives() throws IOException {
        String aggregate =
                "- aggregate: {correlationExpression: {constant: a}, aggregationStrategy: \"#records\", steps: [{log: a}]";
        assertThat(findings(aggregate + "}"))
                .containsExactly(
                        "5:9: error: 'aggregate' never completes what it gathers; give it 'completionSize' and 'completionTimeout'; "
                                + "a batch is gathered by 'split: {aggregationStrategy: \"#records\"}'");
        assertThat(findings(aggregate + ", completionSize: 5}"))
                .containsExactly(
                        "5:9: error: 'aggregate' lets events count as delivered before the aggregated message is; gather a batch by "
                                + "'split: {aggregationStrategy: \"#records\"}', or give it an 'aggregationRepository' that survives "
                                + "a crash");
    }

    @Test
    void whatFollowsTheBatchIsTooLateForADelivery() throws IOException {
        assertThat(findings("- onCompletion: {steps: [{to: \"log:out\"}]}\n", "- log: a"))
                .containsExactly(
                        "10:3: error: what 'onCompletion' delivers comes after the events count as delivered; make it the route's "
                                + "last step, or say 'mode: BeforeConsumer'");
        assertThat(findings("- onCompletion: {mode: BeforeConsumer, steps: [{to: \"log:out\"}]}\n", "- log: a"))
                .isEmpty();
    }

    @Test
    void aRepeatedEventIsNotTakenForADeliveredOne() throws IOException {
        String step =
                "- idempotentConsumer: {simple: \"${exchangeId}\", idempotentRepository: \"#seen\", removeOnFailure: ";
        String seen =
                "- beans: [{name: seen, type: org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository}]\n";
        assertThat(findings(seen, step + "false, steps: [{log: a}]}"))
                .containsExactly(
                        "5:9: error: 'idempotentConsumer' with 'removeOnFailure: false' takes an event that failed for "
                                + "one that was delivered; leave 'removeOnFailure' out");
        assertThat(findings(seen, step + "true, steps: [{log: a}]}")).isEmpty();
    }

    @Test
    void aKameletIsWarnedOf() throws IOException {
        assertThat(findings("- to: kamelet:log-sink"))
                .containsExactly(
                        "5:9: warning: a kamelet is not checked: events may be lost in it; write its steps into a "
                                + "route and send to that by 'direct:'");
    }

    @Test
    void aResequenceIsTheLastStepOrNone() throws IOException {
        assertThat(findings("""
                - resequence: {simple: "${exchangeId}", steps: [{log: a}]}
                - to: log:after
                """))
                .containsExactly(
                        "5:9: error: 'resequence' holds events back that already count as delivered, and only logs what fails; take "
                                + "it out: the events of a device come in their order, and 'sort' orders a list");
        assertThat(findings("- resequence: {simple: \"${exchangeId}\", steps: [{log: a}]}"))
                .isEmpty();
    }

    @Test
    void aDeadLetterThatFailsIsDeliveredAgain() throws IOException {
        String channel = "- errorHandler: {deadLetterChannel: {deadLetterUri: \"file:dead\"%s}}\n";
        assertThat(findings(channel.formatted(""), "- log: a"))
                .containsExactly(
                        "10:53: error: 'deadLetterChannel' drops an event if its delivery to the dead letter endpoint fails as "
                                + "well; set 'deadLetterHandleNewException: false': the event is then delivered again");
        assertThat(findings(channel.formatted(", deadLetterHandleNewException: false"), "- log: a"))
                .isEmpty();
        assertThat(findings("- errorHandler: {deadLetterChannel: {deadLetterUri: \"log:dead\"}}\n", "- log: a"))
                .as("a log does not fail")
                .isEmpty();
    }
}
