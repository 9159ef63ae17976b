package io.github.dtstream.cloud.api;

import java.util.Map;

/**
 * A device as the cloud's list describes it.
 *
 * @param id its bare identifier
 * @param type for example {@code temperature}; empty where the cloud does not say
 * @param productNumber for example {@code 102058}; empty on an emulated device
 * @param labels its labels; a value may be empty
 */
public record Device(String id, String type, String productNumber, Map<String, String> labels) {
    private static final String NAME_LABEL = "name";

    public Device {
        labels = Map.copyOf(labels);
    }

    /** What people call it: its label {@code name}, or its identifier where it has none. */
    public String name() {
        String label = labels.getOrDefault(NAME_LABEL, "");
        return label.isBlank() ? id : label;
    }

    /** The same device with other labels. */
    public Device withLabels(Map<String, String> others) {
        return new Device(id, type, productNumber, others);
    }
}
