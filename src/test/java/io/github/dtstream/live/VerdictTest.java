package io.github.dtstream.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.live.Trouble.Kind;
import io.github.dtstream.management.Health.Status;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerdictTest {
    private static final Instant NOW = Instant.parse("2026-11-26T09:30:00Z");
    private static final Instant SINCE = Instant.parse("2026-11-26T09:14:10Z");

    private static Verdict of(Trouble... troubles) {
        return Verdict.of(List.of(troubles), SINCE, false, "", NOW);
    }

    private static Trouble down(Kind kind, String name, String what) {
        return new Trouble(kind, name, Status.DOWN, what, SINCE);
    }

    private static Trouble degraded(Kind kind, String name, String what) {
        return new Trouble(kind, name, Status.DEGRADED, what, SINCE);
    }

    @Test
    void saysThatAllIsWellAndSinceWhen() {
        Verdict verdict = of();

        assertThat(verdict.status()).isEqualTo(Status.UP);
        assertThat(verdict.sentence())
                .isEqualTo(
                        "All is well since 09:14 UTC: every event arrives, is stored, and is delivered by every route.");
        assertThat(verdict.since()).isEqualTo(SINCE);
    }

    @Test
    void saysBesideThatWhatTheSensorsSay() {
        assertThat(Verdict.of(List.of(), SINCE, false, "An alarm is raised: warm of Freezer 3 (critical).", NOW)
                        .sentence())
                .startsWith("All is well since 09:14 UTC")
                .endsWith("An alarm is raised: warm of Freezer 3 (critical).");
    }

    @Test
    void doesNotClaimThatEveryEventArrivesWhereTheyComeByPushAlone() {
        assertThat(Verdict.of(List.of(), SINCE, true, "", NOW).sentence())
                .isEqualTo(
                        "All is well since 09:14 UTC: every event that is pushed is stored, and is delivered by every"
                                + " route; what is not pushed, nothing shows.");
    }

    @Test
    void namesTheDayWhereItWasNotToday() {
        assertThat(Verdict.of(List.of(), Instant.parse("2026-11-02T23:59:00Z"), false, "", NOW)
                        .sentence())
                .startsWith("All is well since 2 November 23:59 UTC:");
    }

    @Test
    void aStreamThatIsAwaySaysThatNothingIsLostAndWhatToLookAt() {
        assertThat(of(down(Kind.STREAM, "p1/default", "the host api.example.com is not known"))
                        .sentence())
                .isEqualTo(
                        "No events arrive from p1/default since 09:14 UTC: the host api.example.com is not known. The router"
                                + " tries again by itself and fetches what was missed. If it lasts, look whether this machine reaches"
                                + " the internet.");
    }

    @Test
    void aStreamThatHasStoppedNeedsSomebody() {
        assertThat(of(down(Kind.STREAM_STOPPED, "p1/default", "the key is refused."))
                        .sentence())
                .contains("does not try any more: the key is refused. Put that right, then start the router again")
                .contains("fetched from the cloud");
    }

    @Test
    void aFullDiskSaysWhatToDo() {
        assertThat(of(down(Kind.JOURNAL, "p1/default", "No space left on device"))
                        .sentence())
                .startsWith("Nothing can be stored since 09:14 UTC: No space left on device. Make room on the disk");
    }

    @Test
    void aRouteThatFailsSaysThatItsEventsWait() {
        assertThat(of(down(Kind.ROUTE, "events-to-mqtt", "Connection refused")).sentence())
                .isEqualTo(
                        "The route events-to-mqtt delivers nothing since 09:14 UTC: Connection refused. Nothing is lost: the"
                                + " events wait and are delivered when the cause is mended.");
    }

    @Test
    void anEditThatIsRefusedSaysThatTheOldOneRuns() {
        assertThat(of(degraded(Kind.ROUTE_FILES, "", "line 3 is wrong")).sentence())
                .startsWith("A changed file is not in effect")
                .contains("What ran before goes on; mend the file and save it.");
    }

    @Test
    void aGapThatIsFilledNeedsNobody() {
        assertThat(of(degraded(Kind.GAPS, "p1/default", "1 open")).sentence())
                .startsWith("Data of p1/default is missing since 09:14 UTC and is being fetched")
                .endsWith("Nothing needs to be done.");
    }

    @Test
    void aListOfGapsThatCannotBeWrittenIsNotCalledALoss() {
        assertThat(of(degraded(Kind.LEDGER, "p1/default", "no space left")).sentence())
                .isEqualTo(
                        "Gaps in the data of p1/default cannot be noted since 09:14 UTC: no space left. Make room on the"
                                + " disk or mend it.");
    }

    @Test
    void whatIsLostIsCalledLost() {
        assertThat(of(degraded(Kind.LOST, "p1/default", "history is gone")).sentence())
                .isEqualTo("Some data of p1/default is missing for good: history is gone.");
    }

    @Test
    void saysTheWorstFirstAndHowMuchMoreThereIs() {
        Verdict verdict = of(
                degraded(Kind.GAPS, "p1/default", "1 open"),
                down(Kind.ROUTE, "a", "x"),
                down(Kind.STREAM, "p1/default", "y"));

        assertThat(verdict.status()).isEqualTo(Status.DOWN);
        assertThat(verdict.sentence())
                .startsWith("No events arrive from p1/default")
                .endsWith("2 more things need a look, first the route a.");
        assertThat(of(down(Kind.ROUTE, "a", "x"), down(Kind.BROKER, "b", "y")).sentence())
                .endsWith("One more thing needs a look: the broker b.");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyKindIsAWholeSentence(Kind kind) {
        for (Status status : List.of(Status.DEGRADED, Status.DOWN)) {
            String sentence = of(new Trouble(kind, "name", status, "something happened", null))
                    .sentence();
            assertThat(sentence)
                    .matches("[A-Z].*\\.|name .*\\.")
                    .contains("something happened")
                    .doesNotContain("..")
                    .doesNotContain("null");
        }
    }
}
