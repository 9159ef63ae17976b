package io.github.dtstream.simulator.device;

import java.time.Instant;

/** Takes to the cloud what a sensor sends. Used by the thread of the sensor's fleet. */
@FunctionalInterface
public interface Uplink {
    /**
     * Sends a reading.
     *
     * @param data the event type's own object as JSON, without {@code updateTime}
     * @param at when it was measured
     */
    void send(Device device, String eventType, String data, Instant at, SimulatedEvent.Origin origin);
}
