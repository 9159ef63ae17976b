package io.github.dtstream.camel;

import java.util.Map;

/** All events of a batch are delivered but these, which the sink refuses for good. */
final class PartlyRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, Throwable> refused;

    /** @param refused the reason for each refused event's identifier */
    PartlyRefused(Map<String, Throwable> refused) {
        super(refused.size() + " events of the batch were refused");
        this.refused = Map.copyOf(refused);
    }

    Map<String, Throwable> refused() {
        return refused;
    }
}
