package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.engine.AlarmKey.Subject;
import io.github.dtstream.cloud.api.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What is known of one device, and its alarms. A value holder of the engine's. */
final class DeviceTrack {
    private static final Alarm[] NONE = {};

    private final String id;
    /** As the list describes it, or as little as is known. */
    Device device;
    /** One for each rule about its values. */
    Alarm[] values = NONE;
    /** One for each rule about its silence. */
    Alarm[] silences = NONE;

    /** When it was heard of last, in milliseconds since 1970. */
    long heard;
    /** For how long the stream had flowed then. */
    long heardFlowed;
    /** The Cloud Connectors that heard it last. */
    Set<String> connectors = Set.of();
    /** Whether it is a Cloud Connector that is offline. */
    boolean isOffline;

    DeviceTrack(String id, Device device) {
        this.id = id;
        this.device = device;
    }

    String id() {
        return id;
    }

    /** All alarms that there are. */
    List<Alarm> alarms() {
        List<Alarm> alarms = new ArrayList<>(List.of(values));
        alarms.addAll(List.of(silences));
        return alarms;
    }

    /** Sets the alarms that there are, in the order of their rules. */
    void alarms(List<Alarm> alarms) {
        values = of(alarms, Subject.VALUE);
        silences = of(alarms, Subject.NO_DATA);
    }

    private static Alarm[] of(List<Alarm> alarms, Subject subject) {
        return alarms.stream().filter(alarm -> alarm.subject == subject).toArray(Alarm[]::new);
    }

    void heardBy(List<String> ids, boolean isSameTime) {
        if (ids.isEmpty() || connectors.containsAll(ids)) {
            return;
        }
        Set<String> all = new TreeSet<>(ids);
        if (isSameTime) {
            all.addAll(connectors);
        }
        connectors = Set.copyOf(all);
    }
}
