package io.github.dtstream.delivery;

import java.util.Map;

/** Thrown if all events of a batch were delivered except these, which the sink refuses for good. They may be all. */
public final class PartlyRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, Throwable> refused;

    /** @param refused the reason for each refused event's identifier */
    public PartlyRefused(Map<String, Throwable> refused) {
        super(refused.size() + " events of the batch were refused");
        this.refused = Map.copyOf(refused);
    }

    public Map<String, Throwable> refused() {
        return refused;
    }
}
