package io.github.dtstream.cluster;

import java.util.List;
import java.util.Optional;

/** One router's view of the group with which it shares streams. The routers of a group are its nodes. Thread-safe. */
public interface StreamGroup extends AutoCloseable {

    /** This node's name in the group. */
    String node();

    /**
     * Asks for a stream, which this node can now hold. The group leaves the stream to a node that holds it or is ready for it,
     * if there is one, until this node is {@link #ready} as well, or for ten minutes.
     *
     * @param stream its name, of {@code A-Z a-z 0-9 _ - : /}
     */
    void want(String stream);

    /** This node is ready for a stream that it wants: it can take it over within a moment. Repeated calls do nothing. */
    void ready(String stream);

    /** Stops asking for a stream, which this node can no longer hold. */
    void wantNoMore(String stream);

    /**
     * Gives up a stream that this node cannot serve at present, and takes over no other one instead. The node asks again
     * for what no other node takes, after ten minutes for one that it released, and two minutes later for everything.
     *
     * @param why the reason, as half a sentence: "it does not reach the cloud"
     */
    void release(String stream, String why);

    /** The holder of a stream; empty if this node does not want the stream. */
    Optional<Holding> holding(String stream);

    /** Whether other nodes are known. */
    boolean hasOthers();

    /** The holders of all streams that this node wants. */
    List<Holding> holdings();

    /** Gives up all streams of this node, and leaves the group. */
    @Override
    void close();
}
