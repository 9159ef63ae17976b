package io.github.dtstream.cluster;

import java.io.IOException;

/** Has a router join the group that it belongs to. */
@FunctionalInterface
public interface StreamGroups {
    /**
     * Joins, and asks for nothing yet.
     *
     * @param listener is told what this node has to stream
     * @throws IOException if those who keep the group do not answer, or refuse
     */
    StreamGroup join(StreamListener listener) throws IOException;
}
