package io.github.dtstream.route.reload;

import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmRulesHost;
import io.github.dtstream.alarm.change.EditEffect;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the alarm rules in force equal to those of the files. If the host cannot save them on its disk, it tries again.
 * Not thread-safe: the reloader's thread owns it.
 */
final class RuleSwap {
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final AlarmRulesHost host;
    private final LastGood lastGood;
    private final Clock clock;
    private List<AlarmRule> inForce = List.of();
    private @Nullable Wanted wanted;

    RuleSwap(AlarmRulesHost host, LastGood lastGood, Clock clock) {
        this.host = host;
        this.lastGood = lastGood;
        this.clock = clock;
    }

    /**
     * Rules that the host could not save.
     *
     * @param again the time of the next attempt
     */
    private record Wanted(List<AlarmRule> rules, RouteFiles files, Instant again, Finding problem) {}

    /** Puts the first rules in force. */
    void load(List<AlarmRule> rules) throws IOException {
        host.apply(rules);
        inForce = rules;
    }

    /** The names of the rules in force. */
    List<String> names() {
        return inForce.stream().map(AlarmRule::name).toList();
    }

    /**
     * Puts these rules in force, if they differ from those in force.
     *
     * @param files the files that hold them
     * @return the difference, as a part of a sentence; empty if nothing changed
     */
    Optional<String> apply(List<AlarmRule> rules, RouteFiles files) {
        wanted = null;
        if (rules.equals(inForce)) {
            files.alarms().forEach(lastGood::keep);
            return Optional.empty();
        }
        try {
            EditEffect effect = host.apply(rules);
            String said = difference(byName(inForce), byName(rules)) + said(effect);
            inForce = rules;
            files.alarms().forEach(lastGood::keep);
            return Optional.of(said);
        } catch (IOException e) {
            String file = files.alarms().stream()
                    .findFirst()
                    .map(RouteFile::label)
                    .orElse(files.directory().toString());
            String message = "the alarm rules cannot be put in force: " + e;
            Finding problem = new Finding(file, 0, 0, Finding.Severity.ERROR, message, "it is tried again");
            wanted = new Wanted(rules, files, clock.instant().plus(PAUSE), problem);
            return Optional.empty();
        }
    }

    /**
     * Tries again to put rules in force that the host could not save; returns the difference, or empty if nothing
     * changed.
     */
    Optional<String> retry() {
        Wanted waiting = wanted;
        return waiting == null || clock.instant().isBefore(waiting.again())
                ? Optional.empty()
                : apply(waiting.rules(), waiting.files());
    }

    /** Why the rules in force are not those of the files. */
    List<Finding> problems() {
        return wanted == null ? List.of() : List.of(wanted.problem());
    }

    private static Map<String, AlarmRule> byName(List<AlarmRule> rules) {
        Map<String, AlarmRule> byName = new LinkedHashMap<>();
        rules.forEach(rule -> byName.put(rule.name(), rule));
        return byName;
    }

    private static String difference(Map<String, AlarmRule> before, Map<String, AlarmRule> now) {
        List<String> parts = new ArrayList<>();
        add(
                parts,
                "changed",
                now.values().stream()
                        .filter(rule -> before.containsKey(rule.name()) && !rule.equals(before.get(rule.name())))
                        .map(AlarmRule::name)
                        .toList());
        add(
                parts,
                "added",
                now.keySet().stream().filter(name -> !before.containsKey(name)).toList());
        add(
                parts,
                "removed",
                before.keySet().stream().filter(name -> !now.containsKey(name)).toList());
        return "alarm rules " + (parts.isEmpty() ? "in another order" : String.join(", ", parts));
    }

    private static void add(List<String> parts, String word, List<String> names) {
        if (!names.isEmpty()) {
            parts.add(word + ": " + String.join(", ", names));
        }
    }

    private static String said(EditEffect effect) {
        String said = said(effect.raised(), "raised at once")
                + said(effect.cleared(), "cleared")
                + said(effect.ended(), "left by the rule that had raised them");
        return said.isEmpty() ? "" : said + " by this edit";
    }

    private static String said(List<AlarmKey> alarms, String what) {
        Set<String> devices = alarms.stream().map(AlarmKey::deviceId).collect(Collectors.toSet());
        return devices.isEmpty()
                ? ""
                : "; " + (devices.size() == 1 ? "1 device is " : devices.size() + " devices are ") + what;
    }
}
