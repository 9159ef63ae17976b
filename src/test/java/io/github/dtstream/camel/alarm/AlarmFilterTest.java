package io.github.dtstream.camel.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.alarm.AlarmChangeEvents;
import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.rule.Severity;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class AlarmFilterTest {
    private static final Instant TIME = Instant.parse("2026-05-29T10:00:00Z");

    private static AlarmChange notification(String rule, Severity severity, int step, String to) {
        return new AlarmChange.Notification(
                "n" + step, TIME, rule, AlarmChange.Occasion.RAISED, severity, step, to, "", 1, List.of(), "x");
    }

    private static AlarmChange change(String rule) {
        return new AlarmChange.Transition(
                "t",
                TIME,
                AlarmChange.Kind.RAISED,
                new AlarmKey(rule, "d1", AlarmKey.Subject.VALUE),
                "d1",
                AlarmState.UNACKNOWLEDGED,
                Severity.WARNING,
                TIME,
                "9",
                false,
                false,
                "x",
                Optional.empty());
    }

    private static AlarmChange gap() {
        return new AlarmChange.GapChange("g", TIME, 1, false);
    }

    private static AlarmFilter filter(String rules, Consumer<DtAlarmConfiguration> more) {
        DtAlarmConfiguration options = new DtAlarmConfiguration();
        options.setRules(rules);
        more.accept(options);
        return new AlarmFilter(options);
    }

    @Test
    void takesTheRulesThatAreNamed() {
        AlarmFilter filter = filter("freezer-*,door", options -> {});

        assertThat(filter.allows(notification("freezer-warm", Severity.INFO, 0, "")))
                .isTrue();
        assertThat(filter.allows(notification("door", Severity.INFO, 0, ""))).isTrue();
        assertThat(filter.allows(notification("door-open", Severity.INFO, 0, "")))
                .isFalse();
    }

    @Test
    void takesWhatIsSevereEnoughAndForWhomItIs() {
        assertThat(filter("*", options -> options.setSeverity("warning"))
                        .allows(notification("a", Severity.INFO, 0, "")))
                .isFalse();
        AlarmFilter manager = filter("*", options -> {
            options.setTo("manager, boss");
            options.setStep(2);
        });
        assertThat(manager.allows(notification("a", Severity.INFO, 2, "boss"))).isTrue();
        assertThat(manager.allows(notification("a", Severity.INFO, 1, "boss"))).isFalse();
        assertThat(manager.allows(notification("a", Severity.INFO, 2, "duty"))).isFalse();
    }

    @Test
    void takesNotificationsOrChangesOrAll() {
        AlarmFilter notifications = filter("*", options -> {});
        AlarmFilter changes = filter("*", options -> options.setEvents("changes"));
        AlarmFilter all = filter("*", options -> options.setEvents("all"));

        assertThat(notifications.allows(change("a"))).isFalse();
        assertThat(changes.allows(change("a"))).isTrue();
        assertThat(changes.allows(notification("a", Severity.INFO, 0, ""))).isFalse();
        assertThat(changes.allows(gap())).isFalse();
        assertThat(all.allows(change("a"))).isTrue();
        assertThat(all.allows(notification("a", Severity.INFO, 0, ""))).isTrue();
        assertThat(all.allows(gap())).isTrue();
    }

    @Test
    void saysWhatIsWrongWithAnOption() {
        assertThatThrownBy(() -> filter("a b/", options -> {})).hasMessageContaining("rules is 'a b/'");
        assertThatThrownBy(() -> filter("*", options -> options.setSeverity("warnign")))
                .hasMessageContaining("did you mean 'warning'?");
        assertThatThrownBy(() -> filter("*", options -> options.setEvents("none")))
                .hasMessageContaining("use notifications, changes or all");
        assertThatThrownBy(() -> filter("*", options -> {
                    options.setEvents("changes");
                    options.setTo("duty");
                }))
                .hasMessageContaining("to and step are of notifications");
    }

    @Test
    void whatIsLeftOutCountsAsDeliveredWhenAllBeforeItIs() throws Exception {
        Entries entries =
                new Entries(List.of(change("a"), notification("a", Severity.INFO, 0, ""), change("b"), change("c")));
        AlarmSubscription subscription = new AlarmSubscription(entries, filter("*", options -> {}), new AlarmEntries());

        assertThat(subscription.poll(1, Duration.ZERO).records()).isEmpty();
        assertThat(entries.committed).containsExactly(2L);
        Batch wanted = subscription.poll(1, Duration.ZERO);
        assertThat(wanted.records()).hasSize(1);
        assertThat(subscription.poll(1, Duration.ZERO).records()).isEmpty();
        assertThat(entries.committed).as("something is on its way").containsExactly(2L);
        subscription.commit(wanted.end());
        assertThat(entries.committed).containsExactly(2L, 4L);
        assertThat(subscription.poll(1, Duration.ZERO).records()).isEmpty();
        assertThat(entries.committed).containsExactly(2L, 4L, 5L);
    }

    @Test
    void anEntryIsDecodedOnce() {
        AlarmEntries entries = new AlarmEntries();
        Event event = new AlarmChangeEvents().event("p1", change("a"));

        assertThat(entries.change(event)).contains(change("a"));
        assertThat(entries.change(event)).containsSame(entries.change(event).orElseThrow());
    }

    @Test
    void whatIsNoChangeOrOfAnotherVersionIsEmpty() throws Exception {
        byte[] json = ("{\"eventId\":\"e1\",\"targetName\":\"projects/p1\",\"eventType\":\"alarm\",\"data\":{\"alarm\":"
                        + "{\"kind\":\"newer\"}},\"timestamp\":\"2026-05-29T10:00:00Z\"}")
                .getBytes(StandardCharsets.UTF_8);

        assertThat(new AlarmEntries().change(new EnvelopeDecoder().decodeEvent(json, 0, json.length)))
                .isEmpty();
    }

    /** Hands out one record at a time. */
    private static final class Entries implements Subscription {
        private final Deque<Event> events;
        private final List<Long> committed = new ArrayList<>();
        private long next = 1;

        Entries(List<AlarmChange> changes) {
            AlarmChangeEvents format = new AlarmChangeEvents();
            this.events = new ArrayDeque<>(
                    changes.stream().map(change -> format.event("p1", change)).toList());
        }

        @Override
        public String name() {
            return "a";
        }

        @Override
        public Batch poll(int maxRecords, long maxBytes, Duration timeout) {
            JournalRecord record = new JournalRecord(next++, TIME, Source.LIVE, events.remove());
            return new Batch(List.of(record), Position.before(next));
        }

        @Override
        public void commit(Position end) {
            committed.add(end.sequence());
        }

        @Override
        public long lag() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
