package io.github.dtstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.thread.Supervisor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class CompletionThreadsTest {
    private final Supervisor supervisor = Supervisor.system();
    private final CompletionThreads threads = new CompletionThreads(supervisor);
    private final List<String> done = new CopyOnWriteArrayList<>();

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
            await(hangs);
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
        threads.execute("a", () -> await(hangs));
        threads.execute("a", () -> done.add("a1"));

        threads.remove("a");
        threads.execute("a", () -> done.add("late"));
        assertThat(isDone("a")).isTrue();
        hangs.countDown();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            threads.close(context.getExecutorServiceManager());
        }

        assertThat(done).containsExactly("late", "a1");
        assertThat(supervisor.reports()).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
