package io.github.dtstream.thread;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.time.Ticker;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ThreadEndTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(1);

    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread = new Thread(() -> awaitEnd(end));

    private static void awaitEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void endTheThread() throws InterruptedException {
        boolean unused = Thread.interrupted();
        end.countDown();
        thread.join();
    }

    @Test
    void waitsUntilTheThreadHasEnded() {
        thread.start();
        end.countDown();
        ThreadEnd.await(thread, LONG);
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void waitsNoLongerThanTheLimit() {
        thread.start();
        ThreadEnd.await(thread, SHORT);
        assertThat(ThreadEnd.awaitUninterruptibly(thread, SHORT, Ticker.SYSTEM)).isFalse();
        assertThat(thread.isAlive()).isTrue();
    }

    @Test
    @Timeout(180)
    void aLimitBelowAMillisecondIsNoWaitForEver() {
        thread.start();
        ThreadEnd.await(thread, Duration.ofNanos(1));
        ThreadEnd.await(thread, Duration.ZERO);
        ThreadEnd.await(thread, Duration.ofSeconds(-1));
        assertThat(thread.isAlive()).isTrue();
    }

    @Test
    void endsTheWaitWhenItIsInterruptedAndStaysInterrupted() {
        thread.start();
        Thread.currentThread().interrupt();
        ThreadEnd.await(thread, LONG);
        assertThat(thread.isAlive()).isTrue();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void waitsOnThoughItIsInterruptedAndSaysSo() throws InterruptedException {
        thread.start();
        Thread waiting = Thread.currentThread();
        // the interruption comes before the end, whichever of the two the waiting thread sees first
        Thread other = new Thread(() -> {
            waiting.interrupt();
            end.countDown();
        });
        other.start();
        boolean interrupted = ThreadEnd.awaitUninterruptibly(thread, LONG, Ticker.SYSTEM);
        assertThat(thread.isAlive()).isFalse();
        assertThat(interrupted).isTrue();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        other.join();
    }
}
