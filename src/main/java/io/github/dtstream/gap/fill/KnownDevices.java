package io.github.dtstream.gap.fill;

import io.github.dtstream.cloud.api.DeviceFilters;
import java.util.Set;

/** The devices of a project that are known without asking the cloud. Thread-safe. */
@FunctionalInterface
public interface KnownDevices {
    /** The identifiers of the known devices that pass the filters, as far as is known. */
    Set<String> matching(DeviceFilters filters);
}
