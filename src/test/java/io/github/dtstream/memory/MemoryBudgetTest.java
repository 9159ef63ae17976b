package io.github.dtstream.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class MemoryBudgetTest {
    private final MemoryBudget budget = new MemoryBudget(1000);

    @Test
    void aSingleShareGetsHalfAndTwoGetAThirdEach() {
        MemoryShare one = budget.share(Holder.PENDING, 0);
        MemoryShare other = budget.share(Holder.BATCHES, 0);

        assertThat(one.tryAcquire(1, 1000)).isEqualTo(500);
        assertThat(other.tryAcquire(1, 1000)).isEqualTo(250);
        one.release(200);
        assertThat(other.tryAcquire(1, 1000)).as("up to what then stays free").isEqualTo(100);

        assertThat(budget.used())
                .containsEntry(Holder.PENDING, 300L)
                .containsEntry(Holder.BATCHES, 350L)
                .containsEntry(Holder.TAIL, 0L);
    }

    @Test
    void aFloorIsThereHoweverMuchOthersHold() {
        MemoryShare floored = budget.share(Holder.PENDING, 100);
        MemoryShare greedy = budget.share(Holder.BATCHES, 0);
        greedy.set(900);

        assertThat(floored.tryAcquire(60)).isTrue();
        assertThat(floored.tryAcquire(40)).isTrue();
        assertThat(floored.tryAcquire(1)).isFalse();
    }

    @Test
    void aShareThatHoldsNothingGetsWhatItAsksForWhateverThereIs() throws InterruptedException {
        budget.share(Holder.BATCHES, 0).set(1000);
        MemoryShare share = budget.share(Holder.PENDING, 0);

        share.acquire(5000);

        assertThat(share.tryAcquire(1)).isFalse();
    }

    @Test
    void lessThanTheLeastIsNotTaken() {
        MemoryShare share = budget.share(Holder.BATCHES, 0);
        share.set(400);

        assertThat(share.tryAcquire(101, 1000)).isZero();
        assertThat(share.tryAcquire(100, 1000)).isEqualTo(100);
    }

    @Test
    void whoWaitsGoesOnWhenItsOwnShareGivesBack() throws Exception {
        MemoryShare share = budget.share(Holder.PENDING, 0);
        share.set(1000);
        Waiting waiting = new Waiting(() -> share.acquire(100));

        share.release(400);
        waiting.assertStillWaits();
        share.release(200);

        waiting.assertGoesOn();
        assertThat(budget.used()).containsEntry(Holder.PENDING, 500L);
    }

    @Test
    void whoWaitsGoesOnWhenAnotherShareGivesBackOrIsClosed() throws Exception {
        MemoryShare other = budget.share(Holder.BATCHES, 0);
        other.set(900);
        MemoryShare share = budget.share(Holder.PENDING, 0);
        share.set(50);
        Waiting waiting = new Waiting(() -> share.acquire(100));

        other.close();

        waiting.assertGoesOn();
    }

    @Test
    void aWaitEndsWhenItIsInterruptedAndTakesNothing() throws Exception {
        MemoryShare share = budget.share(Holder.PENDING, 0);
        share.set(1000);
        Waiting waiting = new Waiting(() -> share.acquire(1));

        waiting.thread.interrupt();

        waiting.thread.join();
        assertThat(waiting.failure.get()).isInstanceOf(InterruptedException.class);
        assertThat(budget.used()).containsEntry(Holder.PENDING, 1000L);
        share.release(1000);
        assertThat(budget.used()).containsEntry(Holder.PENDING, 0L);
    }

    @Test
    void aClosedShareHoldsNothingAndLetsNobodyWait() throws Exception {
        MemoryShare share = budget.share(Holder.PENDING, 100);
        share.set(1000);
        Waiting waiting = new Waiting(() -> share.acquire(1));

        share.close();

        waiting.assertGoesOn();
        share.acquire(5000);
        share.close();
        assertThat(budget.used()).containsEntry(Holder.PENDING, 0L);
        assertThat(budget.share(Holder.BATCHES, 0).tryAcquire(1, 1000)).isEqualTo(500);
    }

    @Test
    void aCacheGivesBackWhatOthersTake() throws InterruptedException {
        List<Long> asked = new ArrayList<>();
        AtomicReference<MemoryShare> holder = new AtomicReference<>();
        MemoryShare cache = budget.cache(Holder.TAIL, bytes -> {
            asked.add(bytes);
            holder.get().release(bytes);
        });
        holder.set(cache);
        assertThat(cache.tryAcquire(1, 1000)).isEqualTo(500);

        budget.share(Holder.PENDING, 0).acquire(500);
        assertThat(asked).as("as long as there is room for both").isEmpty();
        budget.share(Holder.BATCHES, 0).acquire(200);

        assertThat(asked).containsExactly(200L);
        assertThat(budget.used()).containsEntry(Holder.TAIL, 300L);
    }

    @Test
    void aCacheGetsNothingAtTheCostOfOthers() {
        budget.share(Holder.PENDING, 0).set(1000);
        MemoryShare cache = budget.cache(Holder.TAIL, bytes -> {});

        assertThat(cache.tryAcquire(1)).isFalse();
        assertThat(cache.room()).isZero();
    }

    @Test
    void theLargestCacheGivesBackFirst() throws InterruptedException {
        List<String> asked = new ArrayList<>();
        MemoryShare small = budget.cache(Holder.TAIL, bytes -> asked.add("small"));
        MemoryShare[] large = new MemoryShare[1];
        large[0] = budget.cache(Holder.TAIL, bytes -> {
            asked.add("large");
            large[0].release(bytes);
        });
        small.set(100);
        large[0].set(800);

        budget.share(Holder.PENDING, 0).acquire(300);

        assertThat(asked).containsExactly("large");
    }

    @Test
    void aSmallHeapHasRoomForEventsToo() {
        assertThat(MemoryBudget.ofHeap(64 << 20).bytes()).isBetween(4L << 20, 8L << 20);
        assertThat(MemoryBudget.ofHeap(16 << 20).bytes()).isPositive();
    }

    @Test
    void whatPassesTakesNoMoreInALargeHeapButWithEachStream() {
        MemoryBudget large = MemoryBudget.ofHeap(4L << 30);

        assertThat(large.share(Holder.PENDING, 1 << 20).tryAcquire(1, 1L << 30)).isBetween(4L << 20, 8L << 20);
        assertThat(large.share(Holder.PENDING, 1 << 20).tryAcquire(1, 1L << 30)).isBetween(1L << 20, 8L << 20);
        assertThat(large.share(Holder.IDENTIFIERS, 0).tryAcquire(64L << 20)).isTrue();
    }

    @Test
    void whatIsHeldForLongAndWhatPassesDoNotStandInEachOthersWay() {
        MemoryShare identifiers = budget.share(Holder.IDENTIFIERS, 0);
        MemoryShare pending = budget.share(Holder.PENDING, 0);

        assertThat(identifiers.tryAcquire(1, 1000)).as("half of a half").isEqualTo(250);
        assertThat(pending.tryAcquire(1, 1000)).as("half of all").isEqualTo(500);
        assertThat(budget.bytes()).isEqualTo(1500);
    }

    /** Streams that acquire, pass on and release at random: all finish, and no more than allowed is held. */
    @Test
    void manyStreamsAtOnceComeThroughWithinTheBudget() throws Exception {
        int streams = 8;
        long largest = 40;
        long most = 1000 + streams * largest;
        AtomicLong held = new AtomicLong();
        AtomicLong peak = new AtomicLong();
        AtomicInteger through = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            MemoryShare share = budget.share(Holder.PENDING, 20);
            Random random = new Random(i);
            List<Long> own = new ArrayList<>();
            threads.add(new Thread(() -> {
                for (int turn = 0; turn < 3000; turn++) {
                    long wanted = 1 + random.nextLong(largest);
                    if (!own.isEmpty() && (random.nextInt(3) == 0 || !share.tryAcquire(wanted))) {
                        long oldest = own.remove(0);
                        held.addAndGet(-oldest);
                        share.release(oldest);
                        continue;
                    }
                    if (own.isEmpty()) {
                        acquire(share, wanted);
                    }
                    own.add(wanted);
                    peak.accumulateAndGet(held.addAndGet(wanted), Math::max);
                }
                through.incrementAndGet();
            }));
        }

        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(through).hasValue(streams);
        assertThat(peak.get()).isBetween(largest, most);
    }

    private static void acquire(MemoryShare share, long bytes) {
        try {
            share.acquire(bytes);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatWaitsTellsItsFailure() {
        assertThatThrownBy(() -> {
                    Thread.currentThread().interrupt();
                    budget.share(Holder.PENDING, 0).acquire(1);
                })
                .isInstanceOf(InterruptedException.class);
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    /** A thread that is waiting. */
    private static final class Waiting {
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final CountDownLatch through = new CountDownLatch(1);
        private final Thread thread;

        Waiting(Step step) throws InterruptedException {
            thread = new Thread(() -> {
                try {
                    step.run();
                    through.countDown();
                } catch (InterruptedException e) {
                    failure.set(e);
                }
            });
            thread.start();
            while (thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }

        /** It may have been woken to look whether it can go on. */
        void assertStillWaits() {
            await().until(() -> thread.getState() == Thread.State.WAITING);
            assertThat(through.getCount()).isOne();
        }

        void assertGoesOn() throws InterruptedException {
            assertThat(through.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }
}
