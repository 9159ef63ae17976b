package io.github.dtstream.thread;

/** The reaction when a task ends by an Error or an exception. */
public enum AfterFailure {
    /** The task is run again, after a second at first, later after up to a minute. */
    RESTART,
    /** The process ends: the thread's data cannot be trusted any more, and the next process recovers it from disk. */
    END_PROCESS
}
