package io.github.dtstream.management;

import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A job that a request started. Thread-safe: it either begins or is given up, and from its begin on only the thread that
 * works on it writes it.
 */
final class Job {
    /** The state of a job. */
    enum State {
        WAITING,
        RUNNING,
        DONE,
        FAILED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The progress of a job at one moment.
     *
     * @param percent 0 to 100
     * @param message one sentence: the progress, the result, or why it failed
     * @param ended when it was done or failed
     */
    record Snapshot(
            State state,
            int percent,
            String message,
            @Nullable Instant ended) {}

    private final String id;
    private final String title;
    private final Instant asked;
    private final Snapshot waiting = new Snapshot(State.WAITING, 0, "waits for the job before it", null);
    private final AtomicReference<Snapshot> snapshot = new AtomicReference<>(waiting);

    /**
     * @param id the name by which users refer to it
     * @param title what it does
     */
    Job(String id, String title, Instant asked) {
        this.id = id;
        this.title = title;
        this.asked = asked;
    }

    String id() {
        return id;
    }

    String title() {
        return title;
    }

    Instant asked() {
        return asked;
    }

    Snapshot snapshot() {
        return Objects.requireNonNull(snapshot.get());
    }

    /** @return false if it was given up before; it is not to be done then */
    boolean begin() {
        return snapshot.compareAndSet(waiting, new Snapshot(State.RUNNING, 0, "begins", null));
    }

    /** @return whether it waited until now, and so has failed; false if it has begun */
    boolean giveUp(String message, Instant at) {
        return snapshot.compareAndSet(waiting, new Snapshot(State.FAILED, 0, message, at));
    }

    void running(int percent, String message) {
        snapshot.set(new Snapshot(State.RUNNING, percent, message, null));
    }

    void done(String message, Instant at) {
        snapshot.set(new Snapshot(State.DONE, 100, message, at));
    }

    void failed(String message, Instant at) {
        snapshot.set(new Snapshot(State.FAILED, snapshot().percent(), message, at));
    }
}
