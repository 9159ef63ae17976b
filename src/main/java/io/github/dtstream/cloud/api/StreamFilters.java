package io.github.dtstream.cloud.api;

import java.util.List;

/**
 * The filters of a stream; an empty list does not restrict.
 *
 * @param eventTypes {@code event_types}, for example {@code temperature}
 * @param deviceIds {@code device_ids}: bare identifiers, not resource names
 * @param deviceTypes {@code device_types}, for example {@code touch}
 * @param productNumbers {@code product_numbers}, for example {@code 102058}
 * @param labelFilters {@code label_filters}: {@code key} or {@code key=value}
 */
public record StreamFilters(
        List<String> eventTypes,
        List<String> deviceIds,
        List<String> deviceTypes,
        List<String> productNumbers,
        List<String> labelFilters) {
    /** Every event of the project. */
    public static final StreamFilters NONE = new StreamFilters(List.of(), List.of(), List.of(), List.of(), List.of());

    public StreamFilters {
        eventTypes = List.copyOf(eventTypes);
        deviceIds = List.copyOf(deviceIds);
        deviceTypes = List.copyOf(deviceTypes);
        productNumbers = List.copyOf(productNumbers);
        labelFilters = List.copyOf(labelFilters);
    }

    /** The filters for devices. */
    public DeviceFilters devices() {
        return new DeviceFilters(deviceIds, deviceTypes, productNumbers, labelFilters);
    }
}
