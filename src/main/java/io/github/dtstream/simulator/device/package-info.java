/**
 * The devices of the simulated cloud: what they are, how each kind behaves, and the events that come of it.
 *
 * <p>Threads: a sensor belongs to the thread of its fleet; a {@code Device} is read and labelled by any thread, without a
 * lock; an {@code Identifiers} belongs to its owner. The rest is immutable.
 */
@NullMarked
package io.github.dtstream.simulator.device;

import org.jspecify.annotations.NullMarked;
