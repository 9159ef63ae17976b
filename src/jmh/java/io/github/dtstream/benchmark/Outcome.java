package io.github.dtstream.benchmark;

/** The result of one run of a contender. */
interface Outcome {
    /** Whether the run did everything that it should. */
    boolean isWhole();
}
