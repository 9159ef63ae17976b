/**
 * Groups of routers that share streams. The group assigns each stream to one of the nodes that want it. This package has
 * values and interfaces; {@code cluster.kafka} implements them.
 *
 * <p>An assignment gives no right to write. Two nodes may believe at once that they hold a stream, for example after one
 * of them was suspended and resumed. Only the epoch of the journal's transactions decides which of them may write.
 */
@NullMarked
package io.github.dtstream.cluster;

import org.jspecify.annotations.NullMarked;
