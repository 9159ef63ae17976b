package io.github.dtstream.simulator.device;

/**
 * The data of one event of a sensor.
 *
 * @param data the event type's object as JSON, without {@code updateTime}
 */
record Reading(String eventType, String data) {}
