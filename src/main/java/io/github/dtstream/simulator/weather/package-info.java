/**
 * What may come between a client and the cloud: foreign answers, answers that are distorted on their way, streams that fade,
 * and when that happens.
 *
 * <p>Threads: any. {@code Sky} has a lock, a leaf; the rest is immutable.
 */
@NullMarked
package io.github.dtstream.simulator.weather;

import org.jspecify.annotations.NullMarked;
