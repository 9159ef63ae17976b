package io.github.dtstream.gap;

/**
 * Is told of every gap that comes into another state or makes progress. Called under the ledger's lock by whichever thread
 * caused it, in order: it must return at once and must not call the ledger.
 */
@FunctionalInterface
public interface GapListener {
    /** The gap as it is now. */
    void changed(Gap gap);
}
