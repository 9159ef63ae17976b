package io.github.dtstream.thread;

/**
 * Threads of one kind that come and go; one report tells of them all while the group is open. When the work of one throws
 * something, that is told, and the work is run again until it returns: it then tells its owner that it has failed, and the
 * owner goes on with another thread. Thread-safe.
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
     * @param work returns when it is done; is run again after it has thrown something
     */
    public Thread thread(String name, Runnable work) {
        return Supervisor.daemon(new SupervisedTask(supervisor, failures, AfterFailure.RESTART, work), name);
    }

    /** It is no longer told of. */
    @Override
    public void close() {
        supervisor.remove(failures);
    }
}
