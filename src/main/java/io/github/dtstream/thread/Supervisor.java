package io.github.dtstream.thread;

import io.github.dtstream.time.Sleeper;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the long-lived threads of a router, which are daemons, and knows the state of each. Thread-safe. The package's
 * description shows its use.
 */
public final class Supervisor {
    private final Clock clock;
    private final Sleeper sleeper;
    private final Set<Failures> parts = ConcurrentHashMap.newKeySet();
    private final List<Runnable> endListeners = new CopyOnWriteArrayList<>();
    /** Set by the first failure after which the process must end. */
    private volatile @Nullable Failures fatal;

    /**
     * @param clock for the times of failures
     * @param sleeper waits before a task is run again
     */
    public Supervisor(Clock clock, Sleeper sleeper) {
        this.clock = clock;
        this.sleeper = sleeper;
    }

    /** A supervisor with the system's clock, for callers that were given none. */
    public static Supervisor system() {
        return new Supervisor(Clock.systemUTC(), Sleeper.SYSTEM);
    }

    /**
     * A thread, not yet started.
     *
     * @param meaning the consequence of its failure, as half a sentence: "nothing is written to the journal"
     * @param work returns when its part is stopped; with {@link AfterFailure#RESTART} it is run again after a failure
     */
    public Thread thread(String name, String meaning, AfterFailure afterFailure, Runnable work) {
        Failures failures = new Failures(name, meaning, false, clock);
        return daemon(new SupervisedTask(this, failures, afterFailure, work), name);
    }

    /** The same for code that uses a thread factory. */
    public ThreadFactory factory(String name, String meaning, AfterFailure afterFailure) {
        return work -> thread(name, meaning, afterFailure, work);
    }

    /**
     * Threads for timers and tasks; a failing task is reported, and the next ones run.
     *
     * @param size how many threads
     * @param meaning the consequence of a failed task, as half a sentence
     */
    public ScheduledExecutorService pool(int size, String name, String meaning) {
        return new SupervisedPool(this, new Failures(name, meaning, true, clock), size, task -> daemon(task, name));
    }

    /**
     * A group of threads of one kind that come and go.
     *
     * @param meaning the consequence of a failed thread, as half a sentence
     */
    public SupervisedGroup group(String name, String meaning) {
        return new SupervisedGroup(this, new Failures(name, meaning, true, clock));
    }

    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** All threads and pools that have started and have not ended as intended, by name. */
    public List<ThreadReport> reports() {
        List<ThreadReport> all = new ArrayList<>();
        parts.forEach(part -> all.add(part.report()));
        all.sort(Comparator.comparing(ThreadReport::name));
        return all;
    }

    /**
     * Sets the listener for the end of the process. The failing thread calls it, or this method does if a thread failed
     * before. The listener must not need memory.
     */
    public void onProcessEnd(Runnable listener) {
        endListeners.add(listener);
        if (fatal != null) {
            listener.run();
        }
    }

    void endProcess(Failures part) {
        fatal = part;
        endListeners.forEach(Runnable::run);
    }

    void add(Failures part) {
        parts.add(part);
    }

    void remove(Failures part) {
        parts.remove(part);
    }

    Clock clock() {
        return clock;
    }

    Sleeper sleeper() {
        return sleeper;
    }
}
