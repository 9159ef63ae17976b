package io.github.dtstream.alarm.engine;

import io.github.dtstream.cloud.api.Device;
import java.util.Optional;

/** The known devices of a project. */
@FunctionalInterface
public interface Devices {
    /** The device with an identifier; empty if it is not in the list, or the list was not read yet. */
    Optional<Device> get(String deviceId);
}
