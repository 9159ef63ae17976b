package io.github.dtstream.delivery.batch;

import static io.github.dtstream.delivery.DeliveryFault.REFUSAL;
import static io.github.dtstream.delivery.DeliveryFault.UNAVAILABLE;
import static io.github.dtstream.delivery.batch.TestEvents.batch;
import static io.github.dtstream.delivery.batch.TestEvents.ping;
import static io.github.dtstream.delivery.batch.TestEvents.touch;
import static io.github.dtstream.delivery.batch.TestEvents.touches;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.delivery.batch.DeliveryWindow.Attempt;
import io.github.dtstream.delivery.batch.DeliveryWindow.Room;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the window hands out and when, how far the cursor may move, and what is given up: one rule per test. */
final class DeliveryWindowRulesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private Instant now = TestEvents.NOON;
    private DeliveryWindow window = window(10, 1, 1);

    /** Two bytes of JSON per event, far below the limit. */
    private static DeliveryWindow window(int maxBatchSize, int maxInflightExchanges, int maxAttempts) {
        return new DeliveryWindow(new DeliverySettings(
                maxBatchSize, 1_000, maxInflightExchanges, SECOND, Duration.ofSeconds(60), maxAttempts));
    }

    private boolean refuse(Attempt attempt) {
        return fail(attempt, Setback.of(REFUSAL));
    }

    private boolean refuse(Attempt attempt, Set<Long> delivered, long refused) {
        return fail(attempt, new Setback(REFUSAL, delivered, Map.of(refused, REFUSAL)));
    }

    private void away(Attempt attempt) {
        assertThat(fail(attempt, Setback.of(UNAVAILABLE))).isFalse();
    }

    /** As {@link BatchDelivery} does; returns whether the event is given up. */
    private boolean fail(Attempt attempt, Setback setback) {
        boolean givesUp = window.givesUp(attempt, setback);
        if (givesUp) {
            window.givenUp(attempt);
        } else {
            window.failed(attempt, setback, Duration.ZERO, now);
        }
        return givesUp;
    }

    /** The events that are handed out now. */
    private Attempt next() {
        return Objects.requireNonNull(window.takeDue(now), "nothing is due");
    }

    private @Nullable List<Long> nextNumbers() {
        Attempt attempt = window.takeDue(now);
        return attempt == null ? null : numbers(attempt);
    }

    private static List<Long> numbers(Attempt attempt) {
        return attempt.records().stream().map(JournalRecord::sequence).toList();
    }

    /** Adds an event that was refused as often as allowed, and is not handed out before others any more. */
    private Attempt suspect(long number) {
        Attempt attempt = window.add(batch(touch(number)));
        assertThat(refuse(attempt)).isFalse();
        assertThat(window.untilFailedIsDue(now)).isNull();
        return attempt;
    }

    // The end.

    @Test
    void aSuspectGetsItsLastAttemptIfNothingFollows() {
        suspect(1);
        Attempt second = suspect(2);

        window.nothingFollows();

        assertThat(refuse(next())).isTrue();
        assertThat(refuse(next())).isTrue();
        assertThat(window.reached()).isEqualTo(new Position(3, 1, 300));
        assertThat(second.records()).isEmpty();
    }

    @Test
    void aSuspectWaitsForWhatIsStillOpenAlthoughNothingFollows() {
        window = window(10, 2, 1);
        suspect(1);
        window.add(touches(2, 2));

        window.nothingFollows();

        assertThat(nextNumbers()).isNull();
    }

    // Room.

    @Test
    void givesEachExchangeItsShareAndNoMoreThanTheWholeMayHave() {
        window = window(7, 3, 1);
        assertThat(window.room().events()).isEqualTo(2);

        window.add(touches(1, 2));
        window.add(touches(3, 4));
        assertThat(window.room().events()).isEqualTo(2);
        window.add(touches(5, 6));

        assertThat(window.room().events()).as("three exchanges are under way").isZero();
        assertThat(window.events()).isEqualTo(6);
    }

    @Test
    void givesOnlyWhatIsLeftWhereAnExchangeWasLargerThanItsShare() {
        window = window(4, 2, 1);
        window.add(touches(1, 3));

        assertThat(window.room().events()).isEqualTo(1);
    }

    @Test
    void hasNoRoomOnceTheBytesAreUsedUpExactly() {
        window = new DeliveryWindow(new DeliverySettings(100, 4, 2, SECOND, SECOND, 1));
        window.add(touches(1, 1));
        assertThat(window.room()).isEqualTo(new Room(50, 2));
        assertThat(new DeliveryWindow(new DeliverySettings(100, 2, 2, SECOND, SECOND, 1)).room())
                .isEqualTo(new Room(50, 1));

        window = new DeliveryWindow(new DeliverySettings(100, 2, 2, SECOND, SECOND, 1));
        window.add(touches(1, 1));

        assertThat(window.room().events()).isZero();
    }

    @Test
    void whatIsDoneBehindAnotherStillTakesItsRoom() {
        window = window(2, 2, 1);
        window.add(touches(1, 1));
        Attempt second = window.add(touches(2, 2));
        window.delivered(second);

        assertThat(window.room().events()).isZero();
        assertThat(window.events()).isEqualTo(2);
    }

    @Test
    void aSuspectTakesNoRoom() {
        window = window(1, 1, 1);
        suspect(1);

        assertThat(window.room().events()).isEqualTo(1);
        assertThat(window.events()).isEqualTo(1);
    }

    @Test
    void thereIsRoomForOneEventWhileAllThatIsInHandWaitsForASuspect() {
        window = window(1, 1, 1);
        suspect(1);
        Attempt proof = window.add(batch(ping(2)));
        assertThat(window.room().events()).as("one is under way").isZero();

        window.delivered(proof);

        assertThat(window.room().events()).isEqualTo(1);
    }

    @Test
    void whatIsDoneBehindASuspectTakesLittleMemoryHoweverMuchItIs() {
        window = window(4, 2, 1);
        suspect(1);
        long most = window.heapBytes() * 2;

        for (long number = 2; number <= 10_001; number++) {
            assertThat(window.room().events()).isPositive();
            assertThat(window.room().bytes()).isNotNegative();
            window.delivered(window.add(batch(ping(number))));
        }

        assertThat(window.heapBytes()).isLessThanOrEqualTo(most);
        assertThat(window.events()).isEqualTo(10_001);
        assertThat(window.reached()).isNull();
        window.delivered(window.add(touches(10_002, 10_002)));
        assertThat(refuse(next())).isTrue();
        Position reached = Objects.requireNonNull(window.reached());
        assertThat(reached).isEqualTo(new Position(10_003, 1, 1_000_300));
        assertThat(window.passed(reached)).isEqualTo(10_002);
        assertThat(window.events()).isZero();
        assertThat(window.room()).isEqualTo(new Room(2, 500));
    }

    // Handing out again.

    @Test
    void handsOutAgainAtTheMomentThatItIsDueAndNotBefore() {
        away(window.add(touches(1, 2)));

        assertThat(window.untilFailedIsDue(now)).isEqualTo(SECOND);
        now = now.plusMillis(999);
        assertThat(window.takeDue(now)).isNull();
        now = now.plusMillis(1);

        assertThat(nextNumbers()).containsExactly(1L, 2L);
        assertThat(window.takeDue(now)).as("it is under way").isNull();
        assertThat(window.untilFailedIsDue(now)).isNull();
    }

    @Test
    void waitsForTheOldestAlsoWhereALaterOneIsDueBefore() {
        window = window(2, 2, 5);
        Attempt first = window.add(touches(1, 1));
        Attempt second = window.add(touches(2, 2));
        window.failed(first, Setback.of(UNAVAILABLE), Duration.ofSeconds(30), now);
        away(second);
        now = now.plusSeconds(2);

        assertThat(window.takeDue(now)).isNull();
        assertThat(window.untilFailedIsDue(now)).isEqualTo(Duration.ofSeconds(28));
        now = now.plusSeconds(28);

        assertThat(nextNumbers()).containsExactly(1L);
        assertThat(nextNumbers()).containsExactly(2L);
    }

    @Test
    void triesTheSuspectFirstThatHasWaitedLongest() {
        window = window(3, 3, 1);
        Attempt first = window.add(touches(1, 1));
        Attempt second = window.add(touches(2, 2));
        refuse(second);
        now = now.plusMillis(500);
        refuse(first);
        now = now.plusMillis(500);

        assertThat(nextNumbers()).containsExactly(2L);
        assertThat(nextNumbers()).isNull();
        now = now.plusMillis(500);
        assertThat(nextNumbers()).containsExactly(1L);
    }

    @Test
    void whatFailedComesBeforeSuspects() {
        window = window(3, 3, 1);
        suspect(1);
        away(window.add(touches(2, 2)));
        now = now.plusSeconds(1);

        assertThat(nextNumbers()).containsExactly(2L);
        assertThat(nextNumbers()).containsExactly(1L);
    }

    @Test
    void takesBackAtOnceWhatIsUnderWayForNobody() {
        window = window(3, 3, 5);
        Attempt known = window.add(touches(1, 1));
        window.add(touches(2, 2));
        away(window.add(touches(3, 3)));

        window.takeBackAllBut(Set.of(known));

        assertThat(window.untilFailedIsDue(now)).isNegative();
        assertThat(nextNumbers()).containsExactly(2L);
        assertThat(window.takeDue(now)).as("the third keeps its delay").isNull();
        assertThat(window.untilFailedIsDue(now)).isEqualTo(SECOND);
    }

    // Partial deliveries.

    @Test
    void handsOutTheRestAtOnceWhereTheRouteStoppedInTheMiddle() {
        Attempt attempt = window.add(touches(1, 3));

        window.partlyDelivered(attempt, Set.of(1L, 3L));

        assertThat(nextNumbers()).containsExactly(2L);
        assertThat(attempt.hasFailed()).isFalse();
    }

    @Test
    void hasNothingToHandOutAgainWhereAllPartsAreDelivered() {
        Attempt attempt = window.add(touches(1, 2));

        window.partlyDelivered(attempt, Set.of(1L, 2L));

        assertThat(window.takeDue(now)).isNull();
        assertThat(window.reached()).isEqualTo(new Position(3, 1, 300));
    }

    @Test
    void whatIsDeliveredOfAFailureIsNotHandedOutAgain() {
        Attempt attempt = window.add(touches(1, 3));

        window.failed(attempt, new Setback(UNAVAILABLE, Set.of(1L), Map.of(2L, UNAVAILABLE)), Duration.ZERO, now);
        now = now.plusSeconds(1);

        assertThat(nextNumbers()).containsExactly(2L, 3L);
        assertThat(attempt.hasFailed()).isTrue();
    }

    @Test
    void aFailureAfterAllPartsWereDeliveredRepeatsNothing() {
        Attempt attempt = window.add(touches(1, 2));

        window.failed(attempt, new Setback(UNAVAILABLE, Set.of(1L, 2L), Map.of()), Duration.ZERO, now);

        assertThat(window.untilFailedIsDue(now)).isNull();
        assertThat(window.reached()).isEqualTo(new Position(3, 1, 300));
    }

    @Test
    void progressIsWhatWentThroughTheLastTimeAndNotPings() {
        window = window(10, 1, 5);
        Attempt attempt = window.add(batch(ping(1), touch(2), touch(3)));
        assertThat(attempt.hasFailed()).isFalse();

        window.noteDelivered(attempt, Set.of());
        window.noteDelivered(attempt, Set.of(1L));
        assertThat(attempt.hasProgressed()).isFalse();
        window.noteDelivered(attempt, Set.of(2L));
        assertThat(attempt.hasProgressed()).isTrue();

        away(attempt);
        now = now.plusSeconds(1);
        assertThat(next().hasProgressed()).isFalse();
    }

    // The cursor.

    @Test
    void theCursorStaysBeforeTheFirstThatIsNotDone() {
        window = window(4, 2, 1);
        Attempt first = window.add(touches(1, 2));
        Attempt second = window.add(touches(3, 4));
        assertThat(window.reached()).isNull();

        window.delivered(second);
        assertThat(window.reached()).isNull();

        window.delivered(first);
        assertThat(window.reached()).isEqualTo(new Position(5, 1, 500));
    }

    @Test
    void theCursorGoesPastWhatIsDeliveredAtTheHeadOfABatch() {
        Attempt attempt = window.add(touches(1, 4));
        window.noteDelivered(attempt, Set.of(1L, 2L, 4L));

        assertThat(window.reached()).isEqualTo(Position.before(3));
        assertThat(window.passed(Position.before(3))).isEqualTo(2);
        assertThat(window.events()).as("3, and 4 behind it").isEqualTo(2);
        assertThat(window.room().bytes()).isEqualTo(996);
        assertThat(window.reached()).as("it stands there already").isNull();
    }

    @Test
    void countsAllThatTheCursorPasses() {
        window = window(9, 3, 1);
        Attempt first = window.add(touches(1, 2));
        Attempt second = window.add(touches(3, 5));
        Attempt third = window.add(touches(6, 7));
        window.delivered(first);
        window.delivered(second);
        window.noteDelivered(third, Set.of(6L));

        assertThat(window.passed(Position.before(7))).isEqualTo(6);
        assertThat(window.events()).isEqualTo(1);
    }

    @Test
    void forgetsNothingThatTheCursorHasNotPassed() {
        window = window(4, 2, 1);
        Attempt first = window.add(touches(1, 2));
        Attempt second = window.add(touches(3, 4));
        window.delivered(first);
        Position reached = Objects.requireNonNull(window.reached());
        window.delivered(second);

        assertThat(window.passed(reached)).isEqualTo(2);
        assertThat(window.events()).isEqualTo(2);
    }

    // Refusals.

    @Test
    void triesWhatIsRefusedAsOftenAsAllowedBeforeItIsHeldApart() {
        window = window(10, 1, 3);
        Attempt attempt = window.add(touches(1, 2));
        assertThat(refuse(attempt)).isFalse();
        now = now.plusSeconds(60);
        assertThat(nextNumbers()).containsExactly(1L, 2L);
        assertThat(refuse(attempt)).isFalse();
        now = now.plusSeconds(60);
        assertThat(nextNumbers()).containsExactly(1L, 2L);
        assertThat(refuse(attempt)).isFalse();
        now = now.plusSeconds(60);

        assertThat(nextNumbers()).containsExactly(1L);
        assertThat(nextNumbers()).containsExactly(2L);
    }

    @Test
    void eachPieceKnowsItsOwnEndAndTheLastThatOfTheWhole() {
        Attempt attempt = window.add(touches(1, 3));
        refuse(attempt);
        now = now.plusSeconds(1);
        Attempt first = next();
        Attempt second = next();
        Attempt third = next();

        window.delivered(first);
        assertThat(window.reached()).isEqualTo(Position.before(2));
        window.delivered(second);
        assertThat(window.reached()).isEqualTo(Position.before(3));
        window.delivered(third);
        assertThat(window.reached()).isEqualTo(new Position(4, 1, 400));
    }

    @Test
    void onlyTheRefusedEventIsHeldApartAndWhatWasNotTriedGoesAtOnce() {
        Attempt attempt = window.add(touches(1, 5));

        assertThat(refuse(attempt, Set.of(), 3)).isFalse();

        assertThat(nextNumbers()).containsExactly(1L, 2L);
        assertThat(nextNumbers()).containsExactly(4L, 5L);
        assertThat(nextNumbers()).as("it is a suspect now").isNull();
        now = now.plusSeconds(1);
        assertThat(nextNumbers()).containsExactly(3L);
    }

    @Test
    void whatFailedForAnotherReasonBesideTheRefusedOneKeepsItsDelay() {
        window = window(10, 1, 1);
        Attempt attempt = window.add(touches(1, 2));

        window.failed(
                attempt, new Setback(UNAVAILABLE, Set.of(), Map.of(1L, REFUSAL, 2L, UNAVAILABLE)), Duration.ZERO, now);

        assertThat(window.takeDue(now)).isNull();
        assertThat(window.untilFailedIsDue(now)).isEqualTo(SECOND);
        now = now.plusSeconds(1);
        assertThat(nextNumbers()).containsExactly(2L);
        assertThat(nextNumbers()).containsExactly(1L);
    }

    @Test
    void theEndOfAPieceThatIsDeliveredAlreadyIsPassedWithTheOthers() {
        Attempt attempt = window.add(touches(1, 3));
        refuse(attempt, Set.of(1L), 2);
        // 2 was refused when others were delivered, so this is its last attempt.
        assertThat(nextNumbers()).containsExactly(2L);
        assertThat(nextNumbers()).containsExactly(3L);
        assertThat(window.reached()).isEqualTo(Position.before(2));
        assertThat(window.passed(Position.before(2))).isEqualTo(1);
        assertThat(window.events()).isEqualTo(2);
    }

    @Test
    void aRefusalThatIsNotTheLastAllowedLeavesTheBatchWhole() {
        window = window(10, 1, 2);
        Attempt attempt = window.add(touches(1, 3));

        refuse(attempt, Set.of(), 2);
        now = now.plusSeconds(1);

        assertThat(nextNumbers()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aFailureThatIsNoRefusalNeverTakesABatchApart() {
        for (int times = 0; times < 5; times++) {
            Attempt attempt = times == 0 ? window.add(touches(1, 3)) : next();
            away(attempt);
            now = now.plusSeconds(60);
        }

        assertThat(nextNumbers()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aRefusedEventIsGivenUpOnceAnotherWentThrough() {
        window = window(2, 1, 1);
        suspect(1);
        Attempt other = window.add(touches(2, 2));

        window.delivered(other);

        Attempt again = next();
        assertThat(numbers(again)).containsExactly(1L);
        assertThat(refuse(again)).isTrue();
        assertThat(window.reached()).isEqualTo(new Position(3, 1, 300));
    }

    @Test
    void aPartThatWentThroughIsProofAsWell() {
        window = window(4, 2, 1);
        suspect(1);
        Attempt other = window.add(touches(2, 3));

        window.noteDelivered(other, Set.of(2L));

        assertThat(refuse(next())).isTrue();
    }

    @Test
    void aPingIsNoProof() {
        window = window(4, 2, 1);
        suspect(1);
        window.delivered(window.add(batch(ping(2))));
        Attempt mixed = window.add(batch(ping(3), touch(4)));
        window.noteDelivered(mixed, Set.of(3L));

        assertThat(window.takeDue(now)).isNull();
        now = now.plusSeconds(1);
        assertThat(refuse(next())).as("no last chance yet").isFalse();
    }

    @Test
    void aSuspectThatIsUnderWayWhenProofComesGetsItsLastChanceAfterwards() {
        window = window(4, 2, 1);
        suspect(1);
        Attempt other = window.add(touches(2, 2));
        now = now.plusSeconds(1);
        Attempt again = next();
        window.delivered(other);

        assertThat(refuse(again)).as("it was tried since before the proof").isFalse();
        Attempt last = next();
        assertThat(numbers(last)).containsExactly(1L);
        assertThat(refuse(last)).isTrue();
    }

    @Test
    void theLastChanceIsNotLostOnASinkThatIsAway() {
        window = window(4, 2, 1);
        suspect(1);
        window.delivered(window.add(touches(2, 2)));

        away(next());
        assertThat(window.reached()).isNull();
        now = now.plusSeconds(60);

        assertThat(refuse(next())).isTrue();
    }

    @Test
    void anEventThatWentThroughIsNotGivenUpForAStepBehindIt() {
        window = window(4, 2, 1);
        suspect(1);
        window.delivered(window.add(touches(2, 2)));

        assertThat(fail(next(), new Setback(REFUSAL, Set.of(1L), Map.of()))).isFalse();

        assertThat(window.reached()).isEqualTo(new Position(3, 1, 300));
    }

    @Test
    void anEventThatWasRefusedBesideOthersThatWentThroughNeedsNoFurtherProof() {
        Attempt attempt = window.add(touches(1, 2));

        assertThat(refuse(attempt, Set.of(1L), 2)).isFalse();

        Attempt last = next();
        assertThat(numbers(last)).containsExactly(2L);
        assertThat(refuse(last)).isTrue();
    }

    @Test
    void anEventBesideWhichOnlyAPingWentThroughIsASuspect() {
        Attempt attempt = window.add(batch(ping(1), touch(2)));

        refuse(attempt, Set.of(1L), 2);

        assertThat(window.takeDue(now)).isNull();
        assertThat(window.untilFailedIsDue(now)).isNull();
        now = now.plusSeconds(1);
        assertThat(refuse(next())).isFalse();
    }

    @Test
    void tenSuspectsAndNoMoreAreHeldApart() {
        window = window(20, 20, 1);
        for (long number = 1; number <= 10; number++) {
            suspect(number);
        }
        Attempt eleventh = window.add(touches(11, 11));

        assertThat(refuse(eleventh)).isFalse();

        assertThat(window.untilFailedIsDue(now))
                .as("the route is to blame: all waits")
                .isEqualTo(SECOND);
        assertThat(window.room().events()).isEqualTo(1);
    }

    @Test
    void refusalsOfTheWholeAndOfTheEventCountTogether() {
        window = window(10, 1, 2);
        Attempt attempt = window.add(touches(1, 1));
        refuse(attempt);
        now = now.plusSeconds(60);
        refuse(next(), Set.of(), 1);

        assertThat(window.untilFailedIsDue(now)).as("a suspect").isNull();
    }

    @Test
    void keepsTheOrderOfThePieces() {
        window = window(10, 3, 1);
        window.add(touches(1, 1));
        Attempt middle = window.add(touches(2, 4));
        window.add(touches(5, 5));
        refuse(middle, Set.of(), 3);
        window.takeBackAllBut(Set.of());

        List<List<Long>> handedOut = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            handedOut.add(numbers(next()));
        }

        assertThat(handedOut).containsExactly(List.of(1L), List.of(2L), List.of(4L), List.of(5L));
    }

    @Test
    void aBatchThatTheRouteEndedIsProofOnlyWhereItHoldsMoreThanPings() {
        Batch mixed = batch(ping(1), touch(2));
        assertThat(window.add(mixed).isProof()).isTrue();
        assertThat(window.add(batch(ping(3))).isProof()).isFalse();
    }
}
