package io.github.dtstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.LogCapture;
import io.github.dtstream.thread.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class CompletionThreadsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final LogCapture log = LogCapture.of(CompletionThreads.class);
    private final Supervisor supervisor = Supervisor.system();
    private final CompletionThreads threads = new CompletionThreads(supervisor);
    private final List<String> done = new CopyOnWriteArrayList<>();

    @AfterEach
    void stopListening() {
        log.close();
    }

    /** Waits until a task of this owner is done, and so all before it. */
    private boolean isDone(Object owner) throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        threads.execute(owner, end::countDown);
        return end.await(60, TimeUnit.SECONDS);
    }

    @Test
    void anOwnersTasksStayInOrderAndDelayNoOthers() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        threads.add("a");
        threads.add("b");
        threads.execute("a", () -> {
            awaitOpen(hangs);
            done.add("a1");
        });
        threads.execute("a", () -> done.add("a2"));
        threads.execute("b", () -> done.add("b1"));

        assertThat(isDone("b")).isTrue();
        assertThat(done).containsExactly("b1");
        hangs.countDown();
        assertThat(isDone("a")).isTrue();
        assertThat(done).containsExactly("b1", "a1", "a2");
    }

    @Test
    void whatAnOwnerHasGivenIsDoneAlthoughItIsRemoved() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        threads.add("a");
        threads.execute("a", () -> awaitOpen(hangs));
        threads.execute("a", () -> done.add("a1"));

        threads.remove("a");
        threads.execute("a", () -> done.add("late"));
        assertThat(isDone("a")).isTrue();
        Thread closing = new Thread(() -> threads.close(PATIENCE));
        closing.start();
        await().atMost(PATIENCE).until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        hangs.countDown();
        closing.join();

        assertThat(done).containsExactly("late", "a1");
        assertThat(supervisor.reports()).isEmpty();
        assertThat(log.messages()).isEmpty();
    }

    @Test
    void whatIsNotDoneInTimeIsInterruptedAndTold() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        threads.add("a");
        threads.execute("a", () -> {
            begun.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

        threads.close(Duration.ofMillis(100));

        assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(log.messages()).singleElement().asString().contains("within 0.1 s", "delivered again");
    }

    private static void awaitOpen(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
