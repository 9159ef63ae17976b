package io.github.dtstream.simulator.device;

import java.time.Instant;

/** Sends a sensor's readings to the cloud. Used by the thread of the sensor's fleet. */
@FunctionalInterface
public interface Uplink {
    /**
     * Sends a reading.
     *
     * @param data the event type's object as JSON, without {@code updateTime}
     * @param at the time of measurement
     */
    void send(Device device, String eventType, String data, Instant at, SimulatedEvent.Origin origin);
}
