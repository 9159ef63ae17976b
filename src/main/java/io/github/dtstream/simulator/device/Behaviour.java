package io.github.dtstream.simulator.device;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What a kind of sensor measures. Used by the thread of its fleet. */
interface Behaviour {
    /** What it says at each heartbeat, besides the status of its network. */
    List<Reading> heartbeat(Instant at, Duration sinceLast);

    /** What it says when something happens to it; nothing if it only measures. */
    List<Reading> happening(Instant at);

    /** The mean time between such happenings in real life. */
    default Duration betweenHappenings() {
        return Duration.ofHours(12);
    }

    /** Whether it keeps what it measures while it is offline. */
    default boolean remembers() {
        return false;
    }
}
