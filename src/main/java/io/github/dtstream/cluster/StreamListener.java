package io.github.dtstream.cluster;

import java.util.Set;

/**
 * Learns which streams a node holds. The words are Kafka's. The group's one thread calls it. An exception ends the node's
 * membership; the node joins again after a while.
 */
public interface StreamListener {
    /** This node now holds these streams. Must not wait: streams are opened on other threads. */
    void assigned(Set<String> streams);

    /**
     * The group takes these streams from this node. Ends all work on them, in order; another node can begin when this
     * returns. The group waits for half a minute at most.
     */
    void revoked(Set<String> streams);

    /** Another node may have taken these streams over already. Ends all work on them. Must not wait. */
    void lost(Set<String> streams);
}
