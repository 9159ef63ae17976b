/**
 * The devices of the simulated cloud: their types, the behaviour of each type, and their events.
 *
 * <p>Threads: a sensor belongs to the thread of its fleet. Any thread reads and labels a {@code Device}, without a
 * lock. An {@code Identifiers} belongs to its owner. The other classes are immutable.
 */
@NullMarked
package io.github.dtstream.simulator.device;

import org.jspecify.annotations.NullMarked;
