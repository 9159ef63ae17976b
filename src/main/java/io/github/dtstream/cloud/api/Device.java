package io.github.dtstream.cloud.api;

import java.util.Map;

/**
 * A device of the cloud's device list.
 *
 * @param id its bare identifier
 * @param type for example {@code temperature}; empty if the cloud does not say
 * @param productNumber for example {@code 102058}; empty for an emulated device
 * @param labels its labels; a value may be empty
 */
public record Device(String id, String type, String productNumber, Map<String, String> labels) {
    private static final String NAME_LABEL = "name";

    public Device {
        labels = Map.copyOf(labels);
    }

    /** The name for people: its label {@code name}, or else its identifier. */
    public String name() {
        String label = labels.getOrDefault(NAME_LABEL, "");
        return label.isBlank() ? id : label;
    }

    /** The same device with other labels. */
    public Device withLabels(Map<String, String> others) {
        return new Device(id, type, productNumber, others);
    }
}
