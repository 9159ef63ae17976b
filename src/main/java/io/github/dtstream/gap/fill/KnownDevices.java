package io.github.dtstream.gap.fill;

import io.github.dtstream.cloud.api.DeviceFilters;
import java.util.Set;

/** What is known of a project's devices without asking the cloud. Thread-safe. */
@FunctionalInterface
public interface KnownDevices {
    /** The identifiers of the known devices that pass the filters, as far as can be told. */
    Set<String> matching(DeviceFilters filters);
}
