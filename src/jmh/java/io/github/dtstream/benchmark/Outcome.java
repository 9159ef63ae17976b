package io.github.dtstream.benchmark;

/** What one run of a contender has come to. */
interface Outcome {
    /** Whether it did all that it was to do. */
    boolean isWhole();
}
