package io.github.dtstream.cloud;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.jspecify.annotations.Nullable;

/**
 * Ends requests whose answer is not complete in time, however steadily its bytes trickle in: the client library limits
 * the silence between two bytes only. Thread-safe; has a thread of its own while requests are on their way.
 */
final class AnswerDeadlines implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;

    private final Duration limit;
    private final ScheduledThreadPoolExecutor timer;

    /** @param limit from the request to the last byte of its answer */
    AnswerDeadlines(Duration limit) {
        this.limit = limit;
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "dt-answer-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        // what is asked for after the end fails by itself
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    /** What is to be done in time. */
    interface Exchange<T> {
        T run() throws IOException;
    }

    /** The answer was still coming when its time was up. */
    static final class LateAnswer extends IOException {
        private static final long serialVersionUID = 1;

        LateAnswer(Duration limit, @Nullable IOException cause) {
            super("was not complete after " + limit.toSeconds() + " s", cause);
        }
    }

    /**
     * Runs an exchange; cancels its request when the limit has passed.
     *
     * @throws LateAnswer if it was cancelled for that
     */
    <T> T within(HttpUriRequestBase request, Exchange<T> exchange) throws IOException {
        AtomicBoolean late = new AtomicBoolean();
        Runnable end = () -> {
            late.set(true);
            request.cancel();
        };
        Future<?> deadline = timer.schedule(end, limit.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return exchange.run();
        } catch (IOException e) {
            throw late.get() ? new LateAnswer(limit, e) : e;
        } finally {
            deadline.cancel(false);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
