package io.github.dtstream.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.time.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
        Turns turns = new Turns(2, LONG, LONG, Ticker.SYSTEM);
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
    void oneThatTakesLongCountsNoMore() throws Exception {
        Turns turns = new Turns(1, Duration.ofMillis(20), LONG, Ticker.SYSTEM);
        Turns.Turn hanging = turns.await();

        Waiter.of(turns).get();

        hanging.end();
    }

    @Test
    void theEndOfOneThatCountedNoMoreIsNobodysTurn() throws Exception {
        AtomicLong now = new AtomicLong();
        Turns turns = new Turns(1, LONG, LONG.multipliedBy(2), now::get);
        Turns.Turn hanging = turns.await();
        now.set(LONG.toNanos());
        Turns.Turn next = turns.await();
        Waiter third = waiting(turns, 1);

        hanging.end();
        Waiter fourth = waiting(turns, 2);
        assertThat(third.turn()).isNotDone();
        next.end();

        third.get();
        assertThat(fourth.turn()).isNotDone();
    }

    @Test
    void oneThatHasWaitedLongGoesOnWithoutAPlace() throws Exception {
        AtomicLong now = new AtomicLong();
        Turns turns = new Turns(1, LONG, Duration.ofMillis(20), now::get);
        Turns.Turn first = turns.await();
        Waiter second = waiting(turns, 1);
        now.set(Duration.ofMillis(20).toNanos());

        Turns.Turn without = second.get();

        Waiter third = waiting(turns, 1);
        without.end();
        Waiter fourth = waiting(turns, 2);
        assertThat(third.turn()).as("it had no place to give").isNotDone();
        first.end();
        // both look every 20 ms whether they have waited for long enough, so either may be the first that waits
        CompletableFuture.anyOf(third.turn(), fourth.turn()).get(60, TimeUnit.SECONDS);
        assertThat(third.turn().isDone() && fourth.turn().isDone())
                .as("there was one place")
                .isFalse();
    }

    @Test
    void oneThatIsInterruptedWhileItWaitsLeavesItsPlaceToTheNext() throws Exception {
        Turns turns = new Turns(1, LONG, LONG, Ticker.SYSTEM);
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
