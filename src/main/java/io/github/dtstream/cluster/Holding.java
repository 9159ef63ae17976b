package io.github.dtstream.cluster;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a stream.
 *
 * @param stream its name
 * @param node to whom the group has assigned it; null if to nobody, or it is not known yet
 * @param since when that node took it; null if it is not known
 * @param why why it took it, or why nobody has it; empty text if it is not known
 */
public record Holding(
        String stream, @Nullable String node, @Nullable Instant since, String why) {}
