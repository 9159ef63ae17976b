package io.github.dtstream.cloud.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The filters of a device list; an empty list does not restrict.
 *
 * @param deviceIds bare identifiers
 * @param deviceTypes for example {@code touch}
 * @param productNumbers for example {@code 102058}
 * @param labelFilters {@code key} or {@code key=value}
 */
public record DeviceFilters(
        List<String> deviceIds, List<String> deviceTypes, List<String> productNumbers, List<String> labelFilters) {
    /** Every device of the project. */
    public static final DeviceFilters NONE = new DeviceFilters(List.of(), List.of(), List.of(), List.of());

    public DeviceFilters {
        deviceIds = List.copyOf(deviceIds);
        deviceTypes = List.copyOf(deviceTypes);
        productNumbers = List.copyOf(productNumbers);
        labelFilters = List.copyOf(labelFilters);
    }

    /** Whether a device passes; of several label filters, one must match. */
    public boolean allow(Device device) {
        return (deviceIds.isEmpty() || deviceIds.contains(device.id()))
                && (deviceTypes.isEmpty() || deviceTypes.contains(device.type()))
                && (productNumbers.isEmpty() || productNumbers.contains(device.productNumber()))
                && (labelFilters.isEmpty() || labelFilters.stream().anyMatch(filter -> has(device, filter)));
    }

    /** {@code key} and {@code key=} match any value. */
    private static boolean has(Device device, String labelFilter) {
        String[] parts = labelFilter.split("=", 2);
        String value = device.labels().get(parts[0]);
        return value != null && (parts.length == 1 || parts[1].isEmpty() || parts[1].equals(value));
    }

    /** The request's query parameters, as the API names them. */
    Map<String, List<String>> query() {
        Map<String, List<String>> query = new LinkedHashMap<>();
        query.put("device_ids", deviceIds);
        query.put("device_types", deviceTypes);
        query.put("product_numbers", productNumbers);
        query.put("label_filters", labelFilters);
        return query;
    }
}
