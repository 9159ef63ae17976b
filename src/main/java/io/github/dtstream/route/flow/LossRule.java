package io.github.dtstream.route.flow;

import io.github.dtstream.route.model.EndpointUse;
import io.github.dtstream.route.model.Nodes;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Finds steps that lose events because the batch counts as delivered too early, or although it failed. The subscriber's
 * cursor moves when the batch's exchange completes. Events that a step still holds then are lost if the process ends,
 * and events that fail in it are not delivered again.
 */
public final class LossRule implements EventFlow.Rule {
    private static final List<String> COMPLETIONS = List.of(
            "completionSize",
            "completionSizeExpression",
            "completionTimeout",
            "completionTimeoutExpression",
            "completionInterval",
            "completionPredicate",
            "completionOnNewCorrelationGroup");
    /** Components whose producers never fail. */
    private static final Set<String> UNFAILING = Set.of("log", "mock");

    private static final Set<String> GATHERING = Set.of("split", "multicast", "recipientList");
    /** Camel's aggregation strategies that ignore the failure of a part. */
    private static final String FORGETFUL = ".*\\bGrouped(Exchange|Message|Body)AggregationStrategy";

    private final Predicate<String> recoverable;

    /** @param recoverable whether the aggregation repository of that name survives a crash */
    public LossRule(Predicate<String> recoverable) {
        this.recoverable = recoverable;
    }

    @Override
    public void check(Step step, Passage comes, EventFlow.Site site) {
        switch (step.name()) {
            case "wireTap" ->
                site.error(
                        comes,
                        step.node(),
                        "'wireTap' lets events count as delivered before the tapped copy is",
                        "send to both by 'multicast', or by one 'to' after the other");
            case "resequence" -> resequence(step, comes, site);
            case "aggregate" -> aggregate(step, comes, site);
            case "onCompletion" -> onCompletion(step, comes, site);
            case "idempotentConsumer" -> {
                if (step.option("removeOnFailure").orElse("").equals("false")) {
                    site.error(
                            comes,
                            step.node(),
                            "'idempotentConsumer' with 'removeOnFailure: false' takes an event that failed for one that was "
                                    + "delivered",
                            "leave 'removeOnFailure' out");
                }
            }
            default -> {}
        }
        if (GATHERING.contains(step.name())) {
            gathering(step, comes, site);
        }
        if (step.isSet("ignoreInvalidEndpoints") || step.isSet("ignoreInvalidEndpoint")) {
            site.error(
                    comes,
                    step.node(),
                    "'" + step.name() + "' with 'ignoreInvalidEndpoint' drops events whose target cannot be made",
                    "leave it out: they are then tried again");
        }
        queues(step, comes, site);
        kamelets(step, comes, site);
    }

    /**
     * Checks {@code resequence}. Outside of copies and as the last step it is allowed: the batch then waits for it, as
     * it does for a queue.
     */
    private static void resequence(Step step, Passage comes, EventFlow.Site site) {
        if (!comes.copiedBy().isEmpty() || comes.isFollowed()) {
            site.error(
                    comes,
                    step.node(),
                    "'resequence' holds events back that already count as delivered, and only logs what fails",
                    "take it out: the events of a device come in their order, and 'sort' orders a list");
        }
    }

    private void aggregate(Step step, Passage comes, EventFlow.Site site) {
        if (COMPLETIONS.stream().noneMatch(step::has)) {
            site.error(
                    comes,
                    step.node(),
                    "'aggregate' never completes what it gathers",
                    "give it 'completionSize' and 'completionTimeout'; a batch is gathered by "
                            + "'split: {aggregationStrategy: \"#records\"}'");
            return;
        }
        String repository = step.option("aggregationRepository").orElse("").replaceFirst("^#(bean:)?", "");
        if (repository.isEmpty() || !recoverable.test(repository)) {
            site.error(
                    comes,
                    step.node(),
                    "'aggregate' lets events count as delivered before the aggregated message is",
                    "gather a batch by 'split: {aggregationStrategy: \"#records\"}', or give it an 'aggregationRepository' "
                            + "that survives a crash");
        }
    }

    private static void onCompletion(Step step, Passage comes, EventFlow.Site site) {
        boolean isLate = !step.option("mode").orElse("").equals("BeforeConsumer") || step.isSet("parallelProcessing");
        boolean delivers = step.branches().stream().flatMap(List::stream).anyMatch(Step::delivers);
        if (isLate && delivers) {
            site.error(
                    comes,
                    step.node(),
                    "what 'onCompletion' delivers comes after the events count as delivered",
                    "make it the route's last step, or say 'mode: BeforeConsumer'");
        }
    }

    private static void gathering(Step step, Passage comes, EventFlow.Site site) {
        String timeout = step.option("timeout").orElse("0");
        if (step.isSet("parallelProcessing") && !timeout.equals("0")) {
            site.error(
                    comes,
                    step.node(),
                    "'" + step.name() + "' with a 'timeout' lets events count as delivered that it did not wait for",
                    "leave 'timeout' out, and give the sink one, which makes the batch come again");
        }
        String strategy = step.option("aggregationStrategy").orElse("");
        if (strategy.matches(FORGETFUL) && !step.isSet("stopOnException")) {
            site.error(
                    comes,
                    step.node(),
                    "'" + step.name() + "' with " + strategy.replaceFirst(".*\\.", "")
                            + " forgets the parts that failed",
                    "set 'stopOnException: true', or take \"#records\"");
        }
        if (step.name().equals("split") && step.isSet("stopOnException") && holdsStop(step) && !site.isAll(step)) {
            site.error(
                    comes,
                    step.node(),
                    "a 'stop' inside a 'split' with 'stopOnException' leaves out all events that come after it, too",
                    "put the steps for the other events into a filter, in place of the stop");
        }
    }

    /**
     * Whether a step contains the step 'stop'. With {@code stopOnException} Camel treats a stopped part as a failed
     * one, silently.
     */
    private static boolean holdsStop(Step step) {
        return step.branches().stream()
                .flatMap(List::stream)
                .anyMatch(inner -> inner.name().equals("stop") || holdsStop(inner));
    }

    private static void queues(Step step, Passage comes, EventFlow.Site site) {
        Targets targets = site.targets(step);
        boolean isReply = step.name().equals("enrich")
                || step.option("pattern").orElse("").equals("InOut");
        Passage inside = isReply ? comes.awaited(true) : comes;
        if (step.name().equals("recipientList")) {
            inside = inside.copiedBy("recipientList");
        }
        for (EndpointUse use : targets.uses()) {
            if (use.scheme().equals("seda")) {
                queue(step, use.node(), "'seda'", use, inside, site);
            }
        }
        if (targets.isOpen() && !step.name().equals("pollEnrich") && !isReply) {
            List<String> queues = site.served().stream()
                    .filter(address -> address.startsWith("seda:"))
                    .toList();
            String reason = early(step, inside);
            if (!queues.isEmpty() && !reason.isEmpty()) {
                site.error(
                        inside,
                        Targets.nodeOf(step),
                        "the target of '" + step.name() + "' is known only when a message comes: if it is '"
                                + queues.get(0) + "', events count as delivered " + reason,
                        "begin the address with a component in the text, such as 'direct:${…}', or serve '"
                                + queues.get(0).replaceFirst("seda", "direct") + "' in place of the queue");
            }
        }
    }

    /** Checks a dead letter endpoint. For the delivery, an event that was sent there is done. */
    static void deadLetters(@Nullable Node channel, EndpointUse use, Passage comes, EventFlow.Site site) {
        if (use.scheme().equals("seda")) {
            if (!comes.copiedBy().isEmpty() && !isAwaited(use, comes)) {
                site.error(
                        comes,
                        use.node(),
                        "a 'deadLetterUri' to 'seda' lets events count as delivered when they are in the queue",
                        "use 'direct:', or have the queue waited for: 'waitForTaskToComplete=Always' and 'timeout=0'");
            }
        } else if (!UNFAILING.contains(use.scheme())
                && !Nodes.textAt(channel, "deadLetterHandleNewException")
                        .orElse("")
                        .equals("false")) {
            site.error(
                    comes,
                    use.node(),
                    "'deadLetterChannel' drops an event if its delivery to the dead letter endpoint fails as well",
                    "set 'deadLetterHandleNewException: false': the event is then delivered again");
        }
    }

    /** Warns of kamelets: their steps are in another place, and may change. */
    private static void kamelets(Step step, Passage comes, EventFlow.Site site) {
        boolean isKamelet = step.name().equals("kamelet")
                || site.targets(step).uses().stream()
                        .anyMatch(use -> use.scheme().equals("kamelet"));
        if (isKamelet) {
            site.warning(
                    comes,
                    step.node(),
                    "a kamelet is not checked: events may be lost in it",
                    "write its steps into a route and send to that by 'direct:'");
        }
    }

    private static void queue(Step step, Node node, String what, EndpointUse use, Passage comes, EventFlow.Site site) {
        String hint = "use 'direct:', or have the queue waited for: 'waitForTaskToComplete: Always' and 'timeout: 0'";
        for (String drop : List.of("discardIfNoConsumers", "discardWhenFull")) {
            if (use.option(drop).orElse("").equals("true")) {
                site.error(comes, node, what + " with '" + drop + "' drops events that count as delivered", hint);
            }
        }
        String reason = isAwaited(use, comes) ? "" : early(step, comes);
        if (!reason.isEmpty()) {
            site.error(comes, node, what + " lets events count as delivered " + reason, hint);
        }
    }

    /** When events that a step puts into a queue count as delivered too early; empty if they do not. */
    private static String early(Step step, Passage comes) {
        if (!comes.copiedBy().isEmpty()) {
            return comes.copiedBy().equals(step.name())
                    ? "when they are in the queue"
                    : "when they are in the queue, being inside '" + comes.copiedBy() + "'";
        }
        return comes.isFollowed() ? "when the queue is done with them, whatever becomes of the steps that follow" : "";
    }

    static boolean isAwaited(EndpointUse use, Passage comes) {
        String wait = use.option("waitForTaskToComplete").orElse("IfReplyExpected");
        return wait.equals("Always") || comes.isAwaited() && !wait.equals("Never");
    }
}
