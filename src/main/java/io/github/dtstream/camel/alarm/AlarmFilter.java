package io.github.dtstream.camel.alarm;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmChange.Notification;
import io.github.dtstream.alarm.change.AlarmChange.Transition;
import io.github.dtstream.alarm.rule.Severity;
import io.github.dtstream.camel.StreamOptions;
import io.github.dtstream.text.NearestName;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Selects the entries of an alarm journal that an endpoint's options allow. Immutable. */
final class AlarmFilter {
    private static final Pattern RULES = Pattern.compile("[A-Za-z0-9_*-]+(,[A-Za-z0-9_*-]+)*");

    private final boolean isOfAllRules;
    private final Pattern rules;
    private final boolean takesNotifications;
    private final boolean takesChanges;
    private final boolean takesGaps;
    private final Severity least;
    private final List<String> receivers;
    private final int step;

    /** @throws IllegalArgumentException if an option is wrong; the message names it and says what is allowed */
    AlarmFilter(DtAlarmConfiguration options) {
        StreamOptions.checkDelivery(options);
        StreamOptions.checkSubscriber(options);
        String names = options.getRules().replace(" ", "");
        check(
                RULES.matcher(names).matches(),
                "rules is '" + options.getRules()
                        + "'; use * for all, a rule's name, a pattern with *, or several of these with commas between them");
        isOfAllRules = List.of(names.split(",")).contains("*");
        rules = Pattern.compile(names.replace("*", ".*").replace(",", "|"));
        String kinds = options.getEvents();
        check(
                List.of("notifications", "changes", "all").contains(kinds),
                "events is '" + kinds + "'; use notifications, changes or all");
        takesNotifications = !kinds.equals("changes");
        takesChanges = !kinds.equals("notifications");
        takesGaps = kinds.equals("all") && isOfAllRules;
        least = severity(options.getSeverity());
        String to = options.getTo();
        receivers = to == null || to.isBlank() ? List.of() : List.of(to.trim().split("\\s*,\\s*"));
        step = options.getStep();
        check(step >= 0, "step is " + step + "; use the number of a step of the escalation, from 1, or 0 for all");
        check(
                kinds.equals("notifications") || receivers.isEmpty() && step == 0,
                "to and step are of notifications, and events is '" + kinds + "'; leave them out, or events");
    }

    private static Severity severity(String label) {
        return Arrays.stream(Severity.values())
                .filter(value -> value.label().equals(label))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("severity is '" + label + "'; use info, warning or critical"
                                + NearestName.question(
                                                label,
                                                Arrays.stream(Severity.values())
                                                        .map(Severity::label)
                                                        .toList())
                                        .map(question -> ": " + question)
                                        .orElse("")));
    }

    private static void check(boolean valid, String message) {
        if (!valid) {
            throw new IllegalArgumentException(message);
        }
    }

    boolean allows(AlarmChange change) {
        if (change instanceof Notification notification) {
            return takesNotifications
                    && allows(notification.rule(), notification.severity())
                    && (receivers.isEmpty() || receivers.contains(notification.to()))
                    && (step == 0 || step == notification.step());
        }
        if (change instanceof Transition transition) {
            return takesChanges && allows(transition.key().rule(), transition.severity());
        }
        return takesGaps;
    }

    private boolean allows(String rule, Severity severity) {
        return severity.compareTo(least) >= 0
                && (isOfAllRules || rules.matcher(rule).matches());
    }
}
