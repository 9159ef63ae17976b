package io.github.dtstream.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class EngineRequestsTest {
    private final EngineRequests requests = new EngineRequests();

    @Test
    void aRequestIsDoneByTheThreadThatRunsThem() throws Exception {
        CompletableFuture<String> answer = requests.add(() -> "done");
        assertThat(answer).isNotDone();
        assertThat(requests.isEmpty()).isFalse();

        requests.run();
        assertThat(answer).isCompletedWithValue("done");
        assertThat(requests.isEmpty()).isTrue();
    }

    @Test
    void aRequestThatFailsTellsItsCallerAndTheNextIsDone() throws Exception {
        CompletableFuture<String> wrong = requests.add(() -> {
            throw new IllegalArgumentException("there is no rule warm");
        });
        CompletableFuture<String> next = requests.add(() -> "done");

        requests.run();
        assertThat(wrong).failsWithin(Duration.ZERO).withThrowableThat().withMessageContaining("there is no rule warm");
        assertThat(next).isCompletedWithValue("done");
    }

    @Test
    void whatStillWaitsWhenTheServiceStopsFailsAndSoDoesWhatComesLater() {
        CompletableFuture<String> waiting = requests.add(() -> "done");
        requests.stop();
        requests.refuse();

        assertThat(waiting)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("the router is stopping");
        assertThat(requests.add(() -> "done")).isCompletedExceptionally();
        assertThat(requests.isStopping()).isTrue();
    }
}
