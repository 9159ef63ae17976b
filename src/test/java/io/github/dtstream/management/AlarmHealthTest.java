package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.AlarmStatus;
import io.github.dtstream.journal.JournalStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AlarmHealthTest {
    private static final Instant TIME = Instant.parse("2026-01-31T08:00:00Z");

    private static AlarmStatus alarms(@Nullable String problem) {
        return new AlarmStatus("p/default", 3, List.of(), 7, 0, 0, 0, problem);
    }

    private static JournalStatus journal(long lost, @Nullable Instant heldSince) {
        String reason = heldSince == null ? null : "No space left on device";
        return new JournalStatus(
                1,
                11,
                10,
                10,
                OptionalLong.of(2_500_000),
                OptionalLong.empty(),
                TIME,
                0,
                0,
                lost,
                heldSince,
                reason,
                null,
                List.of(mail(lost)));
    }

    private static JournalStatus.Subscriber mail(long lost) {
        return new JournalStatus.Subscriber("mail", 5, 6, lost > 0, lost, Duration.ofDays(1), Duration.ofDays(29));
    }

    @Test
    void isUpWithWhatIsRaisedAndNamesTheRouteThatIsNoMore() {
        Health health = PartHealth.ofAlarms(alarms(null), journal(0, null));

        assertThat(health.status()).isEqualTo(Health.Status.UP);
        assertThat(health.message())
                .startsWith("3 rules, 0 alarms raised, 7 events to go; 6 changes of alarms wait for mail");
    }

    @Test
    void isDownWhileNoAlarmCanBeWritten() {
        Health health = PartHealth.ofAlarms(alarms("something else"), journal(0, TIME));

        assertThat(health.status()).isEqualTo(Health.Status.DOWN);
        assertThat(health.message()).contains("no alarm can be written since " + TIME, "No space left on device");
    }

    @Test
    void isDegradedWhenARouteHasNotHadWhatWasDeletedAndNamesIt() {
        Health health = PartHealth.ofAlarms(alarms(null), journal(4, null));

        assertThat(health.status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(health.message())
                .startsWith("4 changes of alarms were deleted")
                .contains("4 of mail");
    }

    @Test
    void isDegradedWithWhatIsWrong() {
        assertThat(PartHealth.ofAlarms(alarms("it cannot be saved"), journal(4, null)))
                .isEqualTo(
                        new Health(Health.Kind.ALARMS.part("p/default"), Health.Status.DEGRADED, "it cannot be saved"));
    }
}
