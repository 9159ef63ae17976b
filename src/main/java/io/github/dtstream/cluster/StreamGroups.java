package io.github.dtstream.cluster;

import java.io.IOException;

/** Joins the group that this router belongs to. */
@FunctionalInterface
public interface StreamGroups {
    /**
     * Joins the group, and asks for no stream yet.
     *
     * @param listener learns which streams this node holds
     * @throws IOException if the group's servers do not answer, or refuse
     */
    StreamGroup join(StreamListener listener) throws IOException;

    /** Whether this node stands by hot: it keeps a connection of its own for each stream that another node holds. */
    default boolean standsByHot() {
        return false;
    }
}
