package io.github.dtstream.journal.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadAheadsTest {
    private static final String NAME = "dt.p.s";

    private final ReadAheads<Reading> aheads = new ReadAheads<>(Duration.ofMillis(1));
    private final ReadAheads<Reading> patient = new ReadAheads<>(Duration.ofMinutes(1));

    /** Reads until the test lets it end, as if Kafka were slow. */
    private static final class Reading implements ReadAheads.Part {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch mayEnd = new CountDownLatch(1);
        private @Nullable IOException failure;
        private int reads;
        private volatile boolean wasEnough;
        private volatile boolean isClosed;

        @Override
        public void readAhead(BooleanSupplier isEnough) throws IOException, InterruptedException {
            reads++;
            begun.countDown();
            mayEnd.await();
            wasEnough = isEnough.getAsBoolean();
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void close() {
            isClosed = true;
        }

        private Reading ready() {
            mayEnd.countDown();
            return this;
        }
    }

    /** A read in another thread, which has begun. */
    private static FutureTask<Void> begun(ReadAheads<Reading> aheads, Reading reading) throws InterruptedException {
        FutureTask<Void> task = new FutureTask<>(() -> {
            aheads.read(NAME, () -> reading);
            return null;
        });
        new Thread(task, "reads-ahead").start();
        reading.begun.await();
        return task;
    }

    @Test
    void hasNothingOfAJournalThatWasNotReadOrDoesNotExist() throws Exception {
        assertThat(aheads.take(NAME)).isNull();

        aheads.read(NAME, () -> null);

        assertThat(aheads.take(NAME)).isNull();
    }

    @Test
    void givesAwayOnceWhatItHasReadAndLeavesItOpen() throws Exception {
        Reading reading = new Reading().ready();
        aheads.read(NAME, () -> reading);
        aheads.read(NAME, () -> {
            throw new AssertionError("it goes on with what it has");
        });

        assertThat(aheads.take(NAME)).isSameAs(reading);

        assertThat(reading.reads).isEqualTo(2);
        assertThat(reading.isClosed).isFalse();
        assertThat(aheads.take(NAME)).isNull();
    }

    @Test
    void waitsForAReadThatEndsSoonAndTellsItToEnd() throws Exception {
        Reading reading = new Reading();
        FutureTask<Void> read = begun(patient, reading);
        FutureTask<Reading> taken = new FutureTask<>(() -> patient.take(NAME));
        Thread taking = new Thread(taken, "opens");
        taking.start();
        while (taking.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        reading.ready();

        assertThat(taken.get(1, TimeUnit.MINUTES)).isSameAs(reading);

        read.get(1, TimeUnit.MINUTES);
        assertThat(reading.wasEnough).isTrue();
        assertThat(reading.isClosed).isFalse();
    }

    @Test
    void doesNotWaitLongForAReadAndClosesWhatWasReadWhenThatEnds() throws Exception {
        Reading reading = new Reading();
        FutureTask<Void> read = begun(aheads, reading);

        assertThat(aheads.take(NAME)).isNull();

        assertThat(reading.isClosed).as("while it is read").isFalse();
        reading.ready();
        read.get(1, TimeUnit.MINUTES);
        assertThat(reading.isClosed).isTrue();
    }

    @Test
    void closesWhatNobodyNeedsAnyMoreEvenIfItIsStillRead() throws Exception {
        Reading idle = new Reading().ready();
        aheads.read(NAME, () -> idle);
        aheads.drop(NAME);
        assertThat(idle.isClosed).isTrue();

        Reading busy = new Reading();
        FutureTask<Void> read = begun(aheads, busy);
        aheads.drop(NAME);
        busy.ready();
        read.get(1, TimeUnit.MINUTES);
        assertThat(busy.isClosed).isTrue();
    }

    @Test
    void closesWhatItCouldNotReadAndBeginsAnew() throws Exception {
        Reading broken = new Reading().ready();
        broken.failure = new IOException("Kafka does not answer");
        assertThatThrownBy(() -> aheads.read(NAME, () -> broken)).isSameAs(broken.failure);
        assertThat(broken.isClosed).isTrue();

        Reading next = new Reading().ready();
        aheads.read(NAME, () -> next);

        assertThat(aheads.take(NAME)).isSameAs(next);
    }
}
