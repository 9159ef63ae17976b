package io.github.dtstream.cluster;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The node that holds a stream.
 *
 * @param stream the stream's name
 * @param node the node that the group has assigned the stream to; null if there is none, or it is not known yet
 * @param since when the node took the stream; null if that is not known
 * @param why why the node took the stream, or why no node holds it; empty text if that is not known
 */
public record Holding(
        String stream, @Nullable String node, @Nullable Instant since, String why) {}
