package io.github.dtstream.simulator.weather;

/** A part of the API that a fault or a weather affects. */
public enum Target {
    /** {@code …:stream}. */
    STREAM,
    /** The token endpoint. */
    TOKEN,
    /** {@code …/events}. */
    HISTORY,
    /** Devices and projects. */
    DEVICES,
    /** The emulator. */
    EMULATOR
}
