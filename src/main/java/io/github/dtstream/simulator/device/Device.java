package io.github.dtstream.simulator.device;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A device of the simulated project. Thread-safe. */
public final class Device {
    private final String id;
    private final DeviceType type;
    private final String productNumber;
    private volatile Map<String, String> labels;
    private final Map<String, SimulatedEvent> reported = new ConcurrentHashMap<>();

    public Device(String id, DeviceType type, String productNumber, Map<String, String> labels) {
        this.id = id;
        this.type = type;
        this.productNumber = productNumber;
        this.labels = copy(labels);
    }

    public String id() {
        return id;
    }

    public DeviceType type() {
        return type;
    }

    public String productNumber() {
        return productNumber;
    }

    public Map<String, String> labels() {
        return labels;
    }

    /**
     * Sets some labels and removes others.
     *
     * @return the labels before the change
     */
    public synchronized Map<String, String> edit(Map<String, String> set, Collection<String> remove) {
        Map<String, String> before = labels;
        Map<String, String> after = new LinkedHashMap<>(before);
        after.keySet().removeAll(remove);
        after.putAll(set);
        labels = Collections.unmodifiableMap(after);
        return before;
    }

    /** The latest event of each type, by the events' own times. */
    public Map<String, SimulatedEvent> reported() {
        return reported;
    }

    public void report(SimulatedEvent event) {
        reported.merge(
                event.eventType(),
                event,
                (old, fresh) -> fresh.timestampMicros() < old.timestampMicros() ? old : fresh);
    }

    public boolean isEmulated() {
        return id.startsWith("emu");
    }

    private static Map<String, String> copy(Map<String, String> labels) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    }
}
