/**
 * Disturbances between a client and the cloud: foreign answers, answers that are changed on their way, and streams that
 * fade; and their times.
 *
 * <p>Threads: any. {@code Sky} has a lock, under which no other is taken; the other classes are immutable.
 */
@NullMarked
package io.github.dtstream.simulator.weather;

import org.jspecify.annotations.NullMarked;
