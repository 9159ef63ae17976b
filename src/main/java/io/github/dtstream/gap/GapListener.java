package io.github.dtstream.gap;

/**
 * Gets every gap whose state or progress changes. Called in order under the gap ledger's lock, on the thread of the
 * change. It must return at once and must not call the ledger.
 */
@FunctionalInterface
public interface GapListener {
    /** @param gap the gap after the change */
    void changed(Gap gap);
}
