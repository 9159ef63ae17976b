package io.github.dtstream.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.thread.ThreadReport;
import io.github.dtstream.time.Sleeper;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class ResponseTimeoutTest {
    private final Supervisor supervisor = new Supervisor(Clock.systemUTC(), Sleeper.SYSTEM);
    private final ResponseTimeout deadlines = new ResponseTimeout(Duration.ofMillis(1), supervisor);

    /** Cancelling this request ends the wait for its answer. */
    private static class Slow extends HttpGet {
        private static final long serialVersionUID = 1;
        private final transient CountDownLatch cancelled = new CountDownLatch(1);

        Slow() {
            super("/");
        }

        @Override
        public boolean cancel() {
            cancelled.countDown();
            return true;
        }

        String answer() throws IOException {
            try {
                cancelled.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IOException("cancelled");
        }
    }

    @Test
    void endsWhatIsNotCompleteInTime() {
        Slow slow = new Slow();
        assertThatThrownBy(() -> deadlines.within(slow, slow::answer)).isInstanceOf(ResponseTimeout.LateAnswer.class);
    }

    @Test
    void goesOnAfterAnErrorThatIsTold() throws Exception {
        Slow failing = new Slow() {
            private static final long serialVersionUID = 1;

            @Override
            public boolean cancel() {
                throw new OutOfMemoryError("injected");
            }
        };
        String answer = deadlines.within(failing, () -> {
            await().until(() -> supervisor.reports().get(0).failures() == 1);
            return "late";
        });
        assertThat(answer).isEqualTo("late");
        assertThat(supervisor.reports())
                .singleElement()
                .satisfies(report -> assertThat(report.lastFailure()).contains("injected"))
                .extracting(ThreadReport::name)
                .isEqualTo("dt-answer-deadlines");

        Slow slow = new Slow();
        assertThatThrownBy(() -> deadlines.within(slow, slow::answer)).isInstanceOf(ResponseTimeout.LateAnswer.class);
    }

    @Test
    void refusesWhatComesAfterItsEndAsAnyConnectionDoes() {
        deadlines.close();

        assertThatThrownBy(() -> deadlines.within(new Slow(), () -> "never")).isInstanceOf(IOException.class);
        await().until(() -> supervisor.reports().isEmpty());
    }
}
