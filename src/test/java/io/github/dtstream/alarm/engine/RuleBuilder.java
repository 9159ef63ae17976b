package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.alarm.rule.Clearance;
import io.github.dtstream.alarm.rule.Comparison;
import io.github.dtstream.alarm.rule.Condition;
import io.github.dtstream.alarm.rule.Delta;
import io.github.dtstream.alarm.rule.DeviceSelector;
import io.github.dtstream.alarm.rule.Escalation;
import io.github.dtstream.alarm.rule.Excursion;
import io.github.dtstream.alarm.rule.Grouping;
import io.github.dtstream.alarm.rule.LatePolicy;
import io.github.dtstream.alarm.rule.Limit;
import io.github.dtstream.alarm.rule.Severity;
import io.github.dtstream.reading.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes rules in one line. Spans are in minutes. */
final class RuleBuilder {
    private final String name;
    private final Optional<Quantity> quantity;
    private DeviceSelector devices = DeviceSelector.ANY;
    private Optional<Condition> raise = Optional.empty();
    private Optional<Clearance> clear = Optional.empty();
    private Optional<Excursion> excursion = Optional.empty();
    private Optional<Delta> delta = Optional.empty();
    private Optional<Duration> noData = Optional.empty();
    private Optional<Grouping> group = Optional.empty();
    private Optional<Duration> acknowledgement = Optional.empty();
    private Optional<Duration> remind = Optional.empty();
    private final List<Escalation> escalation = new ArrayList<>();
    private LatePolicy late = LatePolicy.DIGEST;

    private RuleBuilder(String name, Optional<Quantity> quantity) {
        this.name = name;
        this.quantity = quantity;
    }

    static RuleBuilder rule(String name, Quantity quantity) {
        return new RuleBuilder(name, Optional.of(quantity));
    }

    static RuleBuilder silence(String name, int minutes) {
        return new RuleBuilder(name, Optional.empty()).noData(minutes);
    }

    static Comparison above(double limit) {
        return new Comparison.Above(Limit.of(limit));
    }

    static Comparison below(double limit) {
        return new Comparison.Below(Limit.of(limit));
    }

    static Comparison is(String state) {
        return new Comparison.Is(state);
    }

    RuleBuilder devices(DeviceSelector selector) {
        devices = selector;
        return this;
    }

    RuleBuilder raise(Comparison comparison, int minutes) {
        raise = Optional.of(new Condition(List.of(comparison), Duration.ofMinutes(minutes)));
        return this;
    }

    RuleBuilder clear(Comparison comparison, int minutes) {
        clear = Optional.of(new Clearance(List.of(comparison), Duration.ofMinutes(minutes)));
        return this;
    }

    RuleBuilder excursion(Comparison comparison, int minutes, int within) {
        excursion = Optional.of(
                new Excursion(List.of(comparison), Duration.ofMinutes(minutes), Duration.ofMinutes(within)));
        return this;
    }

    RuleBuilder moreThan(double growth, int within) {
        delta = Optional.of(new Delta(Limit.of(growth), null, Duration.ofMinutes(within)));
        return this;
    }

    RuleBuilder lessThan(double growth, int within) {
        delta = Optional.of(new Delta(null, Limit.of(growth), Duration.ofMinutes(within)));
        return this;
    }

    RuleBuilder noData(int minutes) {
        noData = Optional.of(Duration.ofMinutes(minutes));
        return this;
    }

    RuleBuilder group(String label, int seconds) {
        group = Optional.of(new Grouping(label, Duration.ofSeconds(seconds)));
        return this;
    }

    RuleBuilder acknowledge(int minutes) {
        acknowledgement = Optional.of(Duration.ofMinutes(minutes));
        return this;
    }

    RuleBuilder remind(int minutes) {
        remind = Optional.of(Duration.ofMinutes(minutes));
        return this;
    }

    RuleBuilder escalate(int minutes, String to) {
        escalation.add(new Escalation(Duration.ofMinutes(minutes), to));
        return this;
    }

    RuleBuilder late(LatePolicy policy) {
        late = policy;
        return this;
    }

    AlarmRule build() {
        return new AlarmRule(
                name,
                devices,
                quantity,
                raise,
                clear,
                excursion,
                delta,
                noData,
                Severity.CRITICAL,
                group,
                acknowledgement,
                remind,
                escalation,
                late);
    }
}
