package io.github.dtstream.alarm.trial;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmChange.Notification;
import io.github.dtstream.alarm.change.AlarmChange.Transition;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.engine.AlarmEngine;
import io.github.dtstream.alarm.engine.Devices;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.alarm.trial.RuleTrial.Raised;
import io.github.dtstream.journal.record.JournalRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Passes received events to an engine, and counts the alarms that it would have raised. Used by one thread. */
public final class AlarmTrial {
    private static final Duration FLAPPING = Duration.ofMinutes(15);

    private final AlarmEngine engine;
    private final Map<String, Counted> rules = new LinkedHashMap<>();
    private Instant begin = Instant.MAX;
    private Instant end = Instant.MIN;
    private long records;

    public AlarmTrial(List<AlarmRule> rules, Devices devices) {
        this.engine = new AlarmEngine(rules, devices);
        rules.forEach(rule -> this.rules.put(rule.name(), new Counted()));
    }

    /** The counts of one rule. */
    private static final class Counted {
        private final List<Raised> alarms = new ArrayList<>();
        /** The index of an open alarm in the list. */
        private final Map<AlarmKey, Integer> open = new HashMap<>();

        private final Map<AlarmKey, Instant> cleared = new HashMap<>();
        private int notifications;
        private int flapping;
    }

    /** Processes the next record, in journal order. */
    public void on(JournalRecord record) {
        records++;
        begin = record.received().isBefore(begin) ? record.received() : begin;
        end = record.received().isAfter(end) ? record.received() : end;
        engine.on(record, this::count);
    }

    /** Processes a made-up ping, which serves as a clock and is not counted. */
    public void ping(JournalRecord record) {
        engine.on(record, this::count);
    }

    private void count(AlarmChange change) {
        if (change instanceof Notification notification) {
            counted(notification.rule()).notifications++;
        } else if (change instanceof Transition transition) {
            Counted counted = counted(transition.key().rule());
            switch (transition.kind()) {
                case RAISED -> raised(counted, transition);
                case CLEARED, ENDED -> over(counted, transition);
                default -> {
                    // The trial does not count this.
                }
            }
        }
    }

    private Counted counted(String rule) {
        return rules.computeIfAbsent(rule, name -> new Counted());
    }

    private static void raised(Counted counted, Transition raised) {
        Instant cleared = counted.cleared.get(raised.key());
        boolean isFlapping = cleared != null
                && !raised.isLate()
                && Duration.between(cleared, raised.time()).compareTo(FLAPPING) < 0;
        counted.flapping += isFlapping ? 1 : 0;
        counted.open.put(raised.key(), counted.alarms.size());
        counted.alarms.add(new Raised(
                raised.key(), raised.deviceName(), raised.since(), Optional.empty(), raised.isLate(), raised.reason()));
    }

    private static void over(Counted counted, Transition over) {
        Integer place = counted.open.remove(over.key());
        if (place != null) {
            Raised alarm = counted.alarms.get(place);
            counted.alarms.set(
                    place,
                    new Raised(
                            alarm.key(),
                            alarm.deviceName(),
                            alarm.since(),
                            Optional.of(over.time()),
                            alarm.isLate(),
                            alarm.reason()));
        }
        if (!over.isLate()) {
            counted.cleared.put(over.key(), over.time());
        }
    }

    /** The result. */
    public TrialReport report() {
        List<RuleTrial> all = new ArrayList<>();
        rules.forEach((name, counted) ->
                all.add(new RuleTrial(name, counted.alarms, counted.notifications, counted.flapping)));
        return new TrialReport(records, records == 0 ? Instant.EPOCH : begin, records == 0 ? Instant.EPOCH : end, all);
    }
}
