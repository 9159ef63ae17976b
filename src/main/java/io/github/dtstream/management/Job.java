package io.github.dtstream.management;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A job that a request started. Thread-safe; the thread that works on it writes it. */
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
    private volatile Snapshot snapshot = new Snapshot(State.WAITING, 0, "waits for the job before it", null);

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
        return snapshot;
    }

    void running(int percent, String message) {
        snapshot = new Snapshot(State.RUNNING, percent, message, null);
    }

    void done(String message, Instant at) {
        snapshot = new Snapshot(State.DONE, 100, message, at);
    }

    void failed(String message, Instant at) {
        snapshot = new Snapshot(State.FAILED, snapshot.percent(), message, at);
    }
}
