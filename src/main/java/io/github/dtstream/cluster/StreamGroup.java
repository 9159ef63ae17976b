package io.github.dtstream.cluster;

import java.util.List;
import java.util.Optional;

/** A group of routers that share streams, as one of them, a node, sees it. Thread-safe. */
public interface StreamGroup extends AutoCloseable {

    /** What this node is called in the group. */
    String node();

    /**
     * This node can stream that.
     *
     * @param stream of {@code A-Z a-z 0-9 _ - : /}
     */
    void want(String stream);

    /** This node cannot stream that any more. */
    void wantNoMore(String stream);

    /**
     * Gives a stream up, which this node cannot do justice to. It asks for it again when no other node has taken it, or after
     * ten minutes.
     *
     * @param why half a sentence: "it does not reach the cloud"
     */
    void release(String stream, String why);

    /** Who has a stream, of all that this node can stream. */
    Optional<Holding> holding(String stream);

    /** Whether there are other nodes, as far as is known. */
    boolean hasOthers();

    /** Who has what, of all that this node can stream. */
    List<Holding> holdings();

    /** Gives up what this node has, and leaves the group. */
    @Override
    void close();
}
