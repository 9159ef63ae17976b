package io.github.dtstream.device;

import java.util.Set;

/** Gets every device list that is not doubted, on the thread that read it. */
@FunctionalInterface
public interface DeviceListListener {
    /**
     * @param devices the identifiers of all devices in the list
     * @param left the identifiers of known devices that are no longer in it
     */
    void listed(Set<String> devices, Set<String> left);
}
