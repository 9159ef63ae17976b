package io.github.dtstream.cluster;

import java.util.Set;

/**
 * Is told which streams a node has to stream, in Kafka's words. Called by the group's one thread; what it throws ends the node's
 * membership, which begins anew after a while.
 */
public interface StreamListener {
    /** This node has to stream them. Must not wait: who opens a stream does so on another thread. */
    void assigned(Set<String> streams);

    /**
     * Another node is to stream them, and begins when this returns. Ends what this one does for them, in order; after half a
     * minute the group waits no longer.
     */
    void revoked(Set<String> streams);

    /** Another node may have taken them over meanwhile. Ends what this one does for them, and must not wait. */
    void lost(Set<String> streams);
}
