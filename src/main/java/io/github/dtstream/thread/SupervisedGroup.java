package io.github.dtstream.thread;

/**
 * Threads of one kind that come and go, with one report for all while the group is open. If a thread's work throws an
 * exception, this is reported, and the work is run again until it returns. It then tells its owner that it has failed,
 * and the owner makes another thread. Thread-safe.
 */
public final class SupervisedGroup implements AutoCloseable {
    private final Supervisor supervisor;
    private final Failures failures;

    SupervisedGroup(Supervisor supervisor, Failures failures) {
        this.supervisor = supervisor;
        this.failures = failures;
        supervisor.add(failures);
    }

    /**
     * A daemon thread, not yet started.
     *
     * @param work returns when it is done; run again after an exception
     */
    public Thread thread(String name, Runnable work) {
        return Supervisor.daemon(new SupervisedTask(supervisor, failures, AfterFailure.RESTART, work), name);
    }

    /** Ends the report. */
    @Override
    public void close() {
        supervisor.remove(failures);
    }
}
