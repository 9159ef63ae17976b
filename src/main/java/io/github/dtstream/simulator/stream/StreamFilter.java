package io.github.dtstream.simulator.stream;

import io.github.dtstream.simulator.device.Device;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.http.Parameters;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The filters of a stream or a device list; an empty set means all. */
public record StreamFilter(
        Set<String> eventTypes,
        Set<String> deviceIds,
        Set<String> deviceTypes,
        Set<String> productNumbers,
        List<String> labelFilters,
        LabelMatch labelMatch) {

    public static StreamFilter of(Parameters query, LabelMatch labelMatch) {
        return new StreamFilter(
                Set.copyOf(query.list("event_types")),
                Set.copyOf(query.list("device_ids")),
                Set.copyOf(query.list("device_types")),
                Set.copyOf(query.list("product_numbers")),
                query.list("label_filters"),
                labelMatch);
    }

    public StreamFilter onlyDevice(String id) {
        return new StreamFilter(eventTypes, Set.of(id), deviceTypes, productNumbers, labelFilters, labelMatch);
    }

    boolean accepts(SimulatedEvent event, Device device) {
        return takes(eventTypes, event.eventType()) && lists(device);
    }

    /** Whether a device is in the list with the same filters. */
    public boolean lists(Device device) {
        return takes(deviceIds, device.id())
                && takes(deviceTypes, device.type().apiName())
                && takes(productNumbers, device.productNumber())
                && hasLabels(device.labels());
    }

    private boolean hasLabels(Map<String, String> labels) {
        return labelMatch == LabelMatch.ALL
                ? labelFilters.stream().allMatch(filter -> hasLabel(labels, filter))
                : labelFilters.isEmpty() || labelFilters.stream().anyMatch(filter -> hasLabel(labels, filter));
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
