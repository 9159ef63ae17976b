package io.github.dtstream.thread;

/** What follows when a task ends by an Error or an exception. */
public enum AfterFailure {
    /** It is run again, after a second at first and a minute at most. */
    RESTART,
    /** The process ends: what the thread worked on cannot be trusted any more, and a fresh start recovers it from disk. */
    END_PROCESS
}
