/**
 * Which router of a group streams what: the group assigns each stream to one of the routers that can stream it. Values and
 * interfaces; {@code cluster.kafka} is the group.
 *
 * <p>An assignment says who should try, and no more: two nodes may believe at once that they hold a stream, as one of them was
 * stopped and woken. Only the epoch of the journal's transactions says who may write.
 */
@NullMarked
package io.github.dtstream.cluster;

import org.jspecify.annotations.NullMarked;
