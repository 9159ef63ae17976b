package io.github.dtstream.alarm.file;

import io.github.dtstream.alarm.rule.Escalation;
import io.github.dtstream.alarm.rule.Grouping;
import io.github.dtstream.alarm.rule.LatePolicy;
import io.github.dtstream.alarm.rule.Severity;
import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.text.NearestName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the reactions of a rule to a raised alarm: its severity, and whom to notify when. Used by one thread. */
final class Reactions {
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final Pattern SOMEBODY = Pattern.compile("[^\\s,*]{1,64}");

    private final Section rule;
    private final Complaints complaints;

    Reactions(Section rule) {
        this.rule = rule;
        this.complaints = rule.complaints();
    }

    Severity severity() {
        return choice("severity", Severity.values(), Severity::label, Severity.WARNING);
    }

    LatePolicy late() {
        return choice("late", LatePolicy.values(), LatePolicy::label, LatePolicy.DIGEST);
    }

    private <T> T choice(String key, T[] all, Function<T, String> label, T otherwise) {
        Optional<String> text = rule.text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        Optional<T> chosen = Arrays.stream(all)
                .filter(one -> label.apply(one).equals(text.get()))
                .findFirst();
        if (chosen.isEmpty()) {
            List<String> labels = Arrays.stream(all).map(label).toList();
            complaints.error(
                    rule.at(key).orElse(rule.node()),
                    "there is no " + key + " '" + text.get() + "'",
                    NearestName.question(text.get(), labels).orElse("it can be: " + String.join(", ", labels)));
        }
        return chosen.orElse(otherwise);
    }

    Optional<Grouping> group() {
        String example = "group: {by: site, wait: 30s}";
        Optional<Section> group =
                rule.at("group").flatMap(node -> Section.of(node, "group", example, List.of("by", "wait"), complaints));
        group.ifPresent(section -> section.required("by", "group", example));
        return group.flatMap(section -> section.text("by")
                .map(by -> new Grouping(by, section.span("wait").orElse(WAIT))));
    }

    Optional<Duration> acknowledgement() {
        String example = "acknowledge: {lasts: 4h}";
        return rule.at("acknowledge")
                .flatMap(node -> Section.of(node, "acknowledge", example, List.of("lasts"), complaints))
                .flatMap(section -> {
                    section.required("lasts", "acknowledge", example);
                    return section.positive("lasts");
                });
    }

    Optional<Duration> remind() {
        rule.at("remind")
                .filter(node -> !rule.has("acknowledge"))
                .ifPresent(node -> complaints.warn(
                        node,
                        "reminders come until the alarm clears: nobody can stop them by acknowledging it",
                        "add acknowledge: {lasts: 8h}"));
        return rule.positive("remind");
    }

    List<Escalation> escalation() {
        Optional<Node> list = rule.at("escalate");
        if (list.isEmpty()) {
            return List.of();
        }
        String example = "escalate: [{after: 0m, to: duty}, {after: 2h, to: manager}]";
        if (!(list.get() instanceof SequenceNode)) {
            complaints.error(list.get(), "'escalate' is a list of steps", "write " + example);
            return List.of();
        }
        List<Escalation> steps = new ArrayList<>();
        for (Node node : Nodes.elements(list.get())) {
            step(node, example).ifPresent(step -> {
                checkOrder(node, steps, step);
                steps.add(step);
            });
        }
        return steps;
    }

    private Optional<Escalation> step(Node node, String example) {
        Optional<Section> section =
                Section.of(node, "a step of 'escalate'", example, List.of("after", "to"), complaints);
        if (section.isEmpty()) {
            return Optional.empty();
        }
        section.get().required("after", "the step", example);
        section.get().required("to", "the step", example);
        Optional<Duration> after = section.get().span("after");
        Optional<String> to = section.get().text("to");
        if (to.isPresent() && !SOMEBODY.matcher(to.get()).matches()) {
            complaints.error(
                    section.get().at("to").orElse(node),
                    "'" + to.get() + "' cannot be the name of who is told",
                    "write one word that routes know, such as duty");
        }
        return after.flatMap(span -> to.map(name -> new Escalation(span, name)));
    }

    private void checkOrder(Node node, List<Escalation> before, Escalation step) {
        if (before.isEmpty()) {
            if (!step.after().isZero()) {
                complaints.warn(
                        node,
                        "nobody is notified for the first " + Spans.text(step.after()),
                        "begin with {after: 0m, to: …}, unless that is meant");
            }
            return;
        }
        Duration last = before.get(before.size() - 1).after();
        if (step.after().compareTo(last) <= 0) {
            complaints.error(
                    node,
                    "the step after " + Spans.text(step.after()) + " does not come after that of " + Spans.text(last),
                    "put the steps in order of time");
        }
    }
}
