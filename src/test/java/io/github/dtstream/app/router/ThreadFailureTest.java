package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to the process when a thread fails. */
class ThreadFailureTest {
    @TempDir
    private Path folder;

    private final AtomicReference<Supervisor> supervisor = new AtomicReference<>();
    private SimulatedCloud cloud;
    private RouterFixture router;

    @BeforeEach
    void startRouter() throws Exception {
        cloud = RouterFixture.cloud();
        RouterFixture.addRoute(folder, "keeper");
        router = RouterFixture.start(
                folder,
                cloud,
                Map.of(),
                context -> supervisor.set(context.getRegistry().findSingleByType(Supervisor.class)));
    }

    @AfterEach
    void stop() throws Exception {
        router.close();
        cloud.close();
    }

    /** Starts a thread that fails; the result counts down when it runs again. */
    private CountDownLatch fail(AfterFailure afterFailure) {
        CountDownLatch once = new CountDownLatch(1);
        CountDownLatch again = new CountDownLatch(1);
        supervisor
                .get()
                .thread("victim", "nothing is done", afterFailure, () -> {
                    boolean first = once.getCount() > 0;
                    once.countDown();
                    if (first) {
                        throw new OutOfMemoryError("by intent");
                    }
                    again.countDown();
                })
                .start();
        return again;
    }

    @Test
    void endsWithACodeOfItsOwnWhereNothingCanGoOn() throws Exception {
        fail(AfterFailure.END_PROCESS);

        assertThat(router.awaitEnd()).isEqualTo(ExitCode.FAILED);
        assertThat(ExitCode.FAILED.code()).isEqualTo(71);
    }

    @Test
    void goesOnWhereTheThreadIsStartedAgain() throws Exception {
        CountDownLatch again = fail(AfterFailure.RESTART);

        assertThat(again.await(RouterFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        await().until(() ->
                supervisor.get().reports().stream().noneMatch(one -> one.name().equals("victim")));
        assertThat(router.get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void everyLongLivedThreadIsSupervised() {
        await().atMost(RouterFixture.PATIENCE)
                .untilAsserted(() -> assertThat(supervisor.get().reports())
                        .extracting(thread -> thread.name().replaceAll("/.*", ""))
                        .contains(
                                "journal-default",
                                "dt-history-" + cloud.projectId(),
                                "dt-stream-timers",
                                "dt-devices",
                                "route-reloader",
                                "http"));
    }
}
