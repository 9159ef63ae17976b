package io.github.dtstream.mqtt;

import io.github.dtstream.mqtt.connection.MqttConnection;
import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.Deadline;
import io.github.dtstream.time.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads on which exchanges continue, one for each started producer that has published: its exchanges continue in order, and a
 * route whose next step is slow, or hangs, delays no other. Thread-safe.
 */
final class CompletionThreads implements MqttConnection.Completions {
    private static final Logger LOG = LoggerFactory.getLogger(CompletionThreads.class);
    private static final String NAME = "dt-mqtt-acknowledged";

    private final Supervisor supervisor;
    /** For what belongs to no started producer. */
    private final ExecutorService others;

    private final Map<Object, ExecutorService> owned = new ConcurrentHashMap<>();
    /** Those of producers that were stopped, while they have something to do. */
    private final Set<ExecutorService> ending = ConcurrentHashMap.newKeySet();

    private final AtomicInteger number = new AtomicInteger();

    CompletionThreads(Supervisor supervisor) {
        this.supervisor = supervisor;
        this.others = thread(NAME);
    }

    private ExecutorService thread(String name) {
        return supervisor.pool(1, name, "a route did not continue after its messages had arrived");
    }

    /** A producer starts. */
    void add(Object owner) {
        owned.computeIfAbsent(owner, key -> thread(NAME + "-" + number.incrementAndGet()));
    }

    /** A producer has stopped; what was given to its thread is still done. */
    void remove(Object owner) {
        ending.removeIf(ExecutorService::isTerminated);
        ExecutorService last = owned.remove(owner);
        if (last != null) {
            ending.add(last);
            last.shutdown();
        }
    }

    @Override
    public void execute(Object owner, Runnable completion) {
        try {
            owned.getOrDefault(owner, others).execute(completion);
        } catch (RejectedExecutionException e) {
            // The producer has just been stopped.
            others.execute(completion);
        }
    }

    /**
     * Waits until what was given to the threads is done, and interrupts what is not done in time.
     *
     * @param patience for all threads in total
     */
    void close(Duration patience) {
        Set.copyOf(owned.keySet()).forEach(this::remove);
        ending.add(others);
        others.shutdown();
        Deadline end = Deadline.after(patience, Ticker.SYSTEM);
        for (ExecutorService each : ending) {
            if (!isDone(each, end)) {
                LOG.warn(
                        "routes did not continue within {} after their messages had arrived at the broker; these events"
                                + " are delivered again after the next start",
                        ReadableDuration.of(patience));
                each.shutdownNow();
            }
        }
    }

    private static boolean isDone(ExecutorService executor, Deadline end) {
        try {
            return executor.awaitTermination(end.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
