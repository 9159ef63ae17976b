package io.github.dtstream.alarm.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.change.AlarmChange.Kind;
import io.github.dtstream.alarm.rule.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class EditObserverTest {
    private static AlarmKey key(String device) {
        return new AlarmKey("warm", device, AlarmKey.Subject.VALUE);
    }

    private static AlarmChange change(Kind kind, String device, boolean isLate) {
        return new AlarmChange.Transition(
                "id",
                Instant.EPOCH,
                kind,
                key(device),
                device,
                AlarmState.NORMAL,
                Severity.INFO,
                Instant.EPOCH,
                "",
                isLate,
                false,
                "",
                Optional.empty());
    }

    @Test
    void notesWhatAnEditRaisesClearsAndEndsAndPassesItOn() {
        List<AlarmChange> passed = new ArrayList<>();
        EditObserver observer = new EditObserver(passed::add);
        List<AlarmChange> changes = List.of(
                change(Kind.RAISED, "d1", false),
                change(Kind.CLEARED, "d2", false),
                change(Kind.ENDED, "d3", false),
                change(Kind.PENDING, "d4", false),
                change(Kind.RAISED, "d5", true));
        changes.forEach(observer);

        assertThat(observer.effect(Stream.of(key("d1"), key("d6"))))
                .isEqualTo(new EditEffect(List.of(key("d1")), List.of(key("d2")), List.of(key("d3")), 1));
        assertThat(passed).isEqualTo(changes);
    }
}
