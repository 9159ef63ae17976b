package io.github.dtstream.alarm.rule;

import io.github.dtstream.cloud.api.Device;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The devices of a rule: those that match all of these.
 *
 * @param ids one of these; empty for any
 * @param types one of these device types; empty for any
 * @param productNumbers one of these; empty for any
 * @param labels all of these labels, with these values; an empty Optional for any value
 */
public record DeviceSelector(
        Set<String> ids, Set<String> types, Set<String> productNumbers, Map<String, Optional<String>> labels) {
    /** All devices. */
    public static final DeviceSelector ANY = new DeviceSelector(Set.of(), Set.of(), Set.of(), Map.of());

    public DeviceSelector {
        ids = Set.copyOf(ids);
        types = Set.copyOf(types);
        productNumbers = Set.copyOf(productNumbers);
        labels = Map.copyOf(labels);
    }

    public boolean matches(Device device) {
        return isIn(ids, device.id())
                && isIn(types, device.type())
                && isIn(productNumbers, device.productNumber())
                && labels.entrySet().stream().allMatch(wanted -> hasLabel(device, wanted));
    }

    private static boolean isIn(Set<String> wanted, String value) {
        return wanted.isEmpty() || wanted.contains(value);
    }

    private static boolean hasLabel(Device device, Map.Entry<String, Optional<String>> wanted) {
        String value = device.labels().get(wanted.getKey());
        return value != null && wanted.getValue().map(value::equals).orElse(true);
    }
}
