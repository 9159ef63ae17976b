package io.github.dtstream.simulator.device;

/**
 * What a sensor has to say.
 *
 * @param data the event type's own object as JSON, without {@code updateTime}
 */
record Reading(String eventType, String data) {}
