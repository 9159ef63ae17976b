package io.github.dtstream.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.time.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    /** A thread that waits for its turn, and keeps it. */
    private record Waiter(Thread thread, CompletableFuture<Turns.Turn> turn) {
        static Waiter of(Turns turns) {
            CompletableFuture<Turns.Turn> turn = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                try {
                    turn.complete(turns.await());
                } catch (InterruptedException e) {
                    turn.completeExceptionally(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
            return new Waiter(thread, turn);
        }

        Turns.Turn get() throws Exception {
            return turn.get(60, TimeUnit.SECONDS);
        }
    }

    private static Waiter waiting(Turns turns, int all) {
        Waiter waiter = Waiter.of(turns);
        await().until(() -> turns.waiting() == all);
        return waiter;
    }

    @Test
    void asManyAsAreAllowedHaveTheirTurnAndTheNextWhenOneEnds() throws Exception {
        Turns turns = new Turns(2, LONG, Ticker.SYSTEM);
        Turns.Turn first = turns.await();
        Turns.Turn second = turns.await();
        Waiter third = waiting(turns, 1);
        Waiter fourth = waiting(turns, 2);

        second.end();
        third.get();
        assertThat(fourth.turn()).as("it came later").isNotDone();
        second.end();
        assertThat(turns.waiting()).as("an end counts once").isOne();
        first.end();

        fourth.get();
    }

    @Test
    void oneThatTakesLongHoldsTheOthersUpOnlyForAMoment() throws Exception {
        Turns turns = new Turns(1, Duration.ofMillis(20), Ticker.SYSTEM);
        Turns.Turn hanging = turns.await();

        Waiter next = Waiter.of(turns);

        Turns.Turn turn = next.get();
        hanging.end();
        turn.end();
        turns.await().end();
    }

    @Test
    void theEndOfOneThatCountedNoMoreIsNobodysTurn() throws Exception {
        long[] now = {0};
        Turns turns = new Turns(1, LONG, () -> now[0]);
        Turns.Turn hanging = turns.await();
        now[0] = LONG.toNanos();
        Turns.Turn next = turns.await();
        Waiter third = waiting(turns, 1);

        hanging.end();
        assertThat(turns.waiting()).isOne();
        next.end();

        third.get();
    }

    @Test
    void oneThatIsInterruptedWhileItWaitsLeavesItsPlaceToTheNext() throws Exception {
        Turns turns = new Turns(1, LONG, Ticker.SYSTEM);
        Turns.Turn first = turns.await();
        Waiter second = waiting(turns, 1);
        Waiter third = waiting(turns, 2);

        second.thread().interrupt();
        assertThatThrownBy(second::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        first.end();

        third.get();
    }
}
