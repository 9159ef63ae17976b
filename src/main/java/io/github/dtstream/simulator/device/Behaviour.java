package io.github.dtstream.simulator.device;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The measurements of a kind of sensor. Used by the thread of its fleet. */
interface Behaviour {
    /** The readings of a heartbeat, without the network status. */
    List<Reading> heartbeat(Instant at, Duration sinceLast);

    /** The readings of an occurrence, such as an opened door; empty if the sensor only measures. */
    List<Reading> happening(Instant at);

    /** The mean time between occurrences in reality. */
    default Duration betweenHappenings() {
        return Duration.ofHours(12);
    }

    /** Whether the sensor keeps its readings while it is offline. */
    default boolean remembers() {
        return false;
    }
}
