package io.github.dtstream.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.LogCapture;
import io.github.dtstream.thread.ThreadReport.State;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
class SupervisorTest {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final String MEANING = "nothing is counted";

    private final MovableClock clock = new MovableClock(NOON);
    private final List<Duration> slept = new CopyOnWriteArrayList<>();
    private final Supervisor supervisor = new Supervisor(clock, slept::add);
    private LogCapture log;

    @BeforeEach
    void listen() {
        log = LogCapture.of(Supervisor.class);
    }

    @AfterEach
    void stopListening() {
        log.close();
    }

    /** Runs the given steps one after the other; a null step ends it. */
    private static final class Counter implements Runnable {
        private final LinkedBlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();
        private final AtomicInteger runs = new AtomicInteger();
        private volatile boolean stopped;

        @Override
        public void run() {
            runs.incrementAndGet();
            try {
                while (!stopped) {
                    steps.take().run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void fail(Error error) {
            steps.add(() -> {
                throw error;
            });
        }

        void stop() {
            steps.add(() -> stopped = true);
        }
    }

    private Thread start(Counter counter, AfterFailure afterFailure) {
        Thread thread = supervisor.thread("counter", MEANING, afterFailure, counter);
        thread.start();
        return thread;
    }

    private ThreadReport report() {
        assertThat(supervisor.reports()).hasSize(1);
        return supervisor.reports().get(0);
    }

    @Test
    void runsAFailedTaskAgainAndTellsInLogAndReport() throws Exception {
        Counter counter = new Counter();
        Thread thread = start(counter, AfterFailure.RESTART);

        counter.fail(new OutOfMemoryError("by intent"));
        await().until(() -> counter.runs.get() == 2);

        assertThat(report())
                .isEqualTo(new ThreadReport(
                        "counter", MEANING, State.RUNNING, 1, NOON, "java.lang.OutOfMemoryError: by intent"));
        assertThat(log.messages())
                .singleElement()
                .asString()
                .contains("counter", "by intent", "started again in 1 s", MEANING);
        counter.stop();
        thread.join();
        assertThat(supervisor.reports()).isEmpty();
    }

    @Test
    void tellsWithoutAStackTraceWhatCouldNotBeReadOrWritten() throws Exception {
        Counter counter = new Counter();
        Thread thread = start(counter, AfterFailure.RESTART);

        counter.steps.add(() -> {
            throw new UncheckedIOException(new IOException("Kafka does not answer"));
        });
        await().until(() -> counter.runs.get() == 2);

        assertThat(log.events()).singleElement().satisfies(event -> {
            assertThat(event.getThrowableProxy()).isNull();
            assertThat(event.getFormattedMessage())
                    .contains("counter", "Kafka does not answer", "started again in 1 s", MEANING);
        });
        counter.stop();
        thread.join();
    }

    @Test
    void waitsLongerAfterEachFailureAndAMinuteAtMostUntilItHasRunForAWhile() throws Exception {
        Counter counter = new Counter();
        Thread thread = start(counter, AfterFailure.RESTART);
        for (int i = 0; i < 8; i++) {
            counter.fail(new AssertionError("by intent"));
        }
        await().until(() -> counter.runs.get() == 9);

        assertThat(slept).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);

        clock.advance(Duration.ofMinutes(5));
        counter.fail(new AssertionError("by intent"));
        await().until(() -> counter.runs.get() == 10);
        assertThat(slept.get(8)).isEqualTo(Duration.ofSeconds(1));
        counter.stop();
        thread.join();
    }

    @Test
    void isDownUntilItRunsAgainAndEndsWhenItIsInterruptedMeanwhile() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        Supervisor slow = new Supervisor(clock, pause -> {
            waiting.countDown();
            new CountDownLatch(1).await();
        });
        Thread thread = slow.thread("counter", MEANING, AfterFailure.RESTART, () -> {
            throw new IllegalStateException("by intent");
        });
        thread.start();
        waiting.await();
        assertThat(slow.reports())
                .singleElement()
                .extracting(ThreadReport::state)
                .isEqualTo(State.DOWN);

        thread.interrupt();
        thread.join();

        assertThat(slow.reports()).isEmpty();
    }

    @Test
    void endsTheProcessWhereNothingCanGoOnWithoutTheThread() throws Exception {
        AtomicInteger ends = new AtomicInteger();
        supervisor.onProcessEnd(ends::incrementAndGet);
        Counter counter = new Counter();
        Thread thread = start(counter, AfterFailure.END_PROCESS);

        counter.fail(new StackOverflowError());
        thread.join();

        assertThat(ends).hasValue(1);
        assertThat(counter.runs).hasValue(1);
        assertThat(report().state()).isEqualTo(State.DEAD);
        assertThat(log.messages()).singleElement().asString().contains("counter", MEANING, "the process ends");
        supervisor.onProcessEnd(ends::incrementAndGet);
        assertThat(ends).as("who listens late is told at once").hasValue(2);
    }

    @Test
    void actsEvenWhereNothingCanBeToldAnyMore() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        supervisor.onProcessEnd(ended::countDown);
        Thread thread = supervisor.thread("counter", MEANING, AfterFailure.END_PROCESS, () -> {
            throw new Unspeakable();
        });
        thread.start();

        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        thread.join();
    }

    /** To make its text needs more memory than there is. */
    private static final class Unspeakable extends Error {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            throw new OutOfMemoryError("by intent");
        }
    }

    @Test
    void aTaskThatReturnsHasEndedAsIntended() throws Exception {
        Thread thread =
                supervisor.factory("counter", MEANING, AfterFailure.RESTART).newThread(() -> {});
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).isEqualTo("counter");
        thread.start();
        thread.join();

        assertThat(supervisor.reports()).isEmpty();
        assertThat(log.messages()).isEmpty();
    }

    @Test
    void aGroupTellsOfItsThreadsAsOneForAsLongAsItIsOpen() throws Exception {
        SupervisedGroup group = supervisor.group("readers", MEANING);
        for (int i = 1; i <= 3; i++) {
            AtomicInteger runs = new AtomicInteger();
            Thread thread = group.thread("reader-" + i, () -> {
                if (runs.incrementAndGet() == 1) {
                    throw new OutOfMemoryError("by intent");
                }
            });
            thread.start();
            thread.join();
            assertThat(runs).as("it has its say after the failure").hasValue(2);
        }

        assertThat(report())
                .isEqualTo(new ThreadReport(
                        "readers", MEANING, State.RUNNING, 3, NOON, "java.lang.OutOfMemoryError: by intent"));
        assertThat(log.messages()).hasSize(3).last().asString().contains("reader-3", "by intent", MEANING);
        group.close();
        assertThat(supervisor.reports()).isEmpty();
    }

    @Test
    void aGroupIsDownWhileAnyOfItsThreadsIs() throws Exception {
        CountDownLatch waiting = new CountDownLatch(2);
        CountDownLatch goOn = new CountDownLatch(1);
        Supervisor slow = new Supervisor(clock, pause -> {
            waiting.countDown();
            goOn.await();
        });
        SupervisedGroup group = slow.group("readers", MEANING);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            AtomicInteger runs = new AtomicInteger();
            Thread thread = group.thread("reader", () -> {
                if (runs.incrementAndGet() == 1) {
                    throw new AssertionError("by intent");
                }
            });
            threads.add(thread);
            thread.start();
        }
        waiting.await();
        assertThat(slow.reports()).extracting(ThreadReport::state).containsExactly(State.DOWN);

        threads.get(0).interrupt();
        threads.get(0).join();
        assertThat(slow.reports()).extracting(ThreadReport::state).containsExactly(State.DOWN);

        goOn.countDown();
        threads.get(1).join();
        assertThat(slow.reports()).extracting(ThreadReport::state).containsExactly(State.RUNNING);
    }

    @Test
    void aPeriodicTaskGoesOnAfterAFailureThatIsTold() throws Exception {
        ScheduledExecutorService pool = supervisor.pool(1, "timers", MEANING);
        AtomicInteger turns = new AtomicInteger();

        pool.scheduleWithFixedDelay(
                () -> {
                    if (turns.incrementAndGet() == 1) {
                        throw new OutOfMemoryError("by intent");
                    }
                },
                0,
                1,
                TimeUnit.MILLISECONDS);

        await().until(() -> turns.get() > 2);
        assertThat(report())
                .isEqualTo(new ThreadReport(
                        "timers", MEANING, State.RUNNING, 1, NOON, "java.lang.OutOfMemoryError: by intent"));
        assertThat(log.messages()).singleElement().asString().contains("timers", MEANING, "by intent");
        pool.shutdownNow();
        assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(supervisor.reports()).isEmpty();
    }

    @Test
    void aPoolTellsOfEveryKindOfTaskThatFails() throws Exception {
        ScheduledExecutorService pool = supervisor.pool(1, "timers", MEANING);
        Runnable failing = () -> {
            throw new IllegalStateException("by intent");
        };

        pool.execute(failing);
        pool.submit(failing).get();
        pool.schedule(failing, 0, TimeUnit.SECONDS).get();

        assertThat(report().failures()).isEqualTo(3);
        pool.shutdownNow();
    }
}
