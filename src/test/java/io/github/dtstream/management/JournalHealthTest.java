package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.journal.JournalStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JournalHealthTest {
    private static final Instant TIME = Instant.parse("2026-01-31T08:00:00Z");

    private static JournalStatus journal(long lost, @Nullable Instant heldSince, @Nullable String reason) {
        return new JournalStatus(
                1,
                11,
                10,
                10,
                OptionalLong.of(2_500_000),
                OptionalLong.of(2L << 30),
                TIME,
                0,
                0,
                lost,
                heldSince,
                reason,
                null,
                subscribers(lost));
    }

    private static List<JournalStatus.Subscriber> subscribers(long lost) {
        return List.of(new JournalStatus.Subscriber("files", 11, 0, true, lost, Duration.ZERO, Duration.ZERO));
    }

    @Test
    void tellsOfNoLossOfASubscriberThatIsForgottenAndWhatWaitsForOneWithoutARoute() {
        JournalStatus forgotten = new JournalStatus(
                1,
                11,
                10,
                10,
                OptionalLong.of(2_500_000),
                OptionalLong.empty(),
                TIME,
                0,
                0,
                3,
                null,
                null,
                null,
                List.of());
        assertThat(PartHealth.ofJournal("p/default", forgotten).status()).isEqualTo(Health.Status.UP);

        JournalStatus.Subscriber retired =
                new JournalStatus.Subscriber("renamed", 5, 6, false, 0, Duration.ofDays(1), Duration.ofDays(29));
        Health health = PartHealth.ofJournal(
                "p/default",
                new JournalStatus(
                        1,
                        11,
                        10,
                        10,
                        OptionalLong.of(2_500_000),
                        OptionalLong.empty(),
                        TIME,
                        0,
                        0,
                        0,
                        null,
                        null,
                        null,
                        List.of(retired)));
        assertThat(health.status()).isEqualTo(Health.Status.UP);
        assertThat(health.message()).contains("6 of them wait for renamed", "29 days", "forget");
    }

    @Test
    void saysWhoHasTheJournalWhenAnotherRouterHasTakenItOverAndPromisesNothing() {
        JournalStatus taken = new JournalStatus(
                1,
                11,
                10,
                10,
                OptionalLong.empty(),
                OptionalLong.empty(),
                TIME,
                0,
                0,
                0,
                TIME,
                "no answer",
                "another router has it",
                List.of());

        Health health = PartHealth.ofJournal("p/default", taken);

        assertThat(health.status()).isEqualTo(Health.Status.DOWN);
        assertThat(health.message()).isEqualTo("another router has it");
    }

    @Test
    void tellsNoSizeWhereItIsNotKnown() {
        JournalStatus journal = new JournalStatus(
                1, 11, 10, 7, OptionalLong.empty(), OptionalLong.empty(), TIME, 0, 0, 0, null, null, null, List.of());

        assertThat(PartHealth.ofJournal("p/default", journal).message()).isEqualTo("7 events");
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
    void blamesTheTopicsRetentionForALossWhereTheJournalHasNoSizeBound() {
        JournalStatus journal = new JournalStatus(
                1,
                11,
                10,
                10,
                OptionalLong.empty(),
                OptionalLong.empty(),
                TIME,
                0,
                0,
                3,
                null,
                null,
                null,
                subscribers(3));

        assertThat(PartHealth.ofJournal("p/default", journal).message())
                .contains("older than their topic keeps them", "raise the topic's retention.ms");
    }

    @Test
    void isUpOtherwise() {
        assertThat(PartHealth.ofJournal("p/default", journal(0, null, null)))
                .isEqualTo(new Health(Health.Kind.JOURNAL.part("p/default"), Health.Status.UP, "10 events, 2.4 MB"));
    }
}
