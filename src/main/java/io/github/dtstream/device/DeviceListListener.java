package io.github.dtstream.device;

import java.util.Set;

/** Is told of every device list that is not doubted, by the thread that read it. */
@FunctionalInterface
public interface DeviceListListener {
    /**
     * @param devices the identifiers of all that the project has
     * @param left those of devices that were known and are not in it any more
     */
    void listed(Set<String> devices, Set<String> left);
}
