package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.journal.JournalStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JournalHealthTest {
    private static final Instant TIME = Instant.parse("2026-01-31T08:00:00Z");

    private static JournalStatus journal(long lost, @Nullable Instant heldSince, @Nullable String reason) {
        return new JournalStatus(1, 11, 2_500_000, TIME, 0, 0, lost, heldSince, reason, List.of());
    }

    @Test
    void isDownWhileTheDiskTakesNothingAndSaysWhatHappensNext() {
        Health health = PartHealth.ofJournal("p/default", journal(0, TIME, "No space left on device"));

        assertThat(health.status()).isEqualTo(Health.Status.DOWN);
        assertThat(health.message()).contains("No space left on device", TIME.toString(), "goes on by itself");
    }

    @Test
    void isDegradedAfterALossAndSaysWhatToDo() {
        Health health = PartHealth.ofJournal("p/default", journal(3, null, null));

        assertThat(health.status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(health.message()).contains("3 events were deleted", "journalMaxSize");
    }

    @Test
    void isUpOtherwise() {
        assertThat(PartHealth.ofJournal("p/default", journal(0, null, null)))
                .isEqualTo(new Health("journal p/default", Health.Status.UP, "10 events, 2.5 MB"));
    }
}
