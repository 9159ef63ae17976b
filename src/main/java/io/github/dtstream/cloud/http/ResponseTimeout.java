package io.github.dtstream.cloud.http;

import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.thread.Supervisor;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.jspecify.annotations.Nullable;

/**
 * Ends requests whose answer is not complete in time, even if its bytes come steadily; the client library limits only
 * the silence between two bytes. Thread-safe; has its own thread.
 */
public final class ResponseTimeout implements AutoCloseable {
    private final Duration limit;
    private final ScheduledExecutorService timer;

    /** @param limit the time from the request to the last byte of its answer */
    ResponseTimeout(Duration limit, Supervisor supervisor) {
        this.limit = limit;
        this.timer =
                supervisor.pool(1, "dt-answer-deadlines", "a request whose answer took too long was not ended in time");
    }

    /** The exchange to limit. */
    interface Exchange<T> {
        T run() throws IOException;
    }

    /** Thrown if the answer was not complete in time. */
    public static final class LateAnswer extends IOException {
        private static final long serialVersionUID = 1;

        LateAnswer(Duration limit, @Nullable IOException cause) {
            super("was not complete after " + ReadableDuration.of(limit), cause);
        }
    }

    /**
     * Runs an exchange, and cancels its request after the limit.
     *
     * @throws LateAnswer if the request was cancelled for that reason
     */
    <T> T within(HttpUriRequestBase request, Exchange<T> exchange) throws IOException {
        AtomicBoolean late = new AtomicBoolean();
        Runnable end = () -> {
            late.set(true);
            request.cancel();
        };
        Future<?> deadline = schedule(end);
        try {
            return exchange.run();
        } catch (IOException e) {
            throw late.get() ? new LateAnswer(limit, e) : e;
        } finally {
            deadline.cancel(false);
        }
    }

    private Future<?> schedule(Runnable end) throws IOException {
        try {
            return timer.schedule(end, limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            throw new IOException("the client is closed", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
