package io.github.dtstream.simulator;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which events a stream wants; an empty set stands for all. Of several label filters one must match: the vendor's
 * documentation of the stream says "or", that of the device list says "both".
 */
record StreamFilter(
        Set<String> eventTypes,
        Set<String> deviceIds,
        Set<String> deviceTypes,
        Set<String> productNumbers,
        List<String> labelFilters) {

    static StreamFilter of(Parameters query) {
        return new StreamFilter(
                Set.copyOf(query.list("event_types")),
                Set.copyOf(query.list("device_ids")),
                Set.copyOf(query.list("device_types")),
                Set.copyOf(query.list("product_numbers")),
                query.list("label_filters"));
    }

    StreamFilter onlyDevice(String id) {
        return new StreamFilter(eventTypes, Set.of(id), deviceTypes, productNumbers, labelFilters);
    }

    boolean accepts(SimulatedEvent event, Device device) {
        return takes(eventTypes, event.eventType()) && acceptsDevice(device) && hasAnyLabel(device.labels());
    }

    /** Whether a device belongs to the list that the same parameters ask for; there every label filter must match. */
    boolean lists(Device device) {
        return acceptsDevice(device) && labelFilters.stream().allMatch(filter -> hasLabel(device.labels(), filter));
    }

    private boolean acceptsDevice(Device device) {
        return takes(deviceIds, device.id())
                && takes(deviceTypes, device.type().apiName())
                && takes(productNumbers, device.productNumber());
    }

    private boolean hasAnyLabel(Map<String, String> labels) {
        return labelFilters.isEmpty() || labelFilters.stream().anyMatch(filter -> hasLabel(labels, filter));
    }

    private static boolean takes(Set<String> wanted, String value) {
        return wanted.isEmpty() || wanted.contains(value);
    }

    /** {@code key} and {@code key=} match any value. */
    private static boolean hasLabel(Map<String, String> labels, String filter) {
        int equals = filter.indexOf('=');
        String key = equals < 0 ? filter : filter.substring(0, equals);
        String value = equals < 0 ? "" : filter.substring(equals + 1);
        return labels.containsKey(key) && (value.isEmpty() || value.equals(labels.get(key)));
    }
}
