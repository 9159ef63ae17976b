package io.github.dtstream.alarm.engine;

import io.github.dtstream.cloud.api.Device;
import java.util.Optional;

/** What is known of the devices of a project. */
@FunctionalInterface
public interface Devices {
    /** The device of that identifier; empty while the list has not been read, or it is not in it. */
    Optional<Device> get(String deviceId);
}
