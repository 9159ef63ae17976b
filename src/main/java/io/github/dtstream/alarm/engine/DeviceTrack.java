package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.change.AlarmKey.Subject;
import io.github.dtstream.cloud.api.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one device, and its alarms: one of each rule about it, as soon as there is something to know of it. A value
 * holder of the engine's.
 */
final class DeviceTrack {
    private static final @Nullable Alarm[] NONE = {};
    /** With its place in a map, and identifiers of Cloud Connectors. */
    private static final int BYTES = 160;

    /** As the list describes it, or as little as is known. */
    Device device;

    private Coverage coverage = Coverage.NONE;
    /** In the order of the rules, those about values first; empty until there is one. */
    private @Nullable Alarm[] alarms = NONE;

    /** When it was heard of last, in milliseconds since 1970. */
    long heard;
    /** For how long the stream had flowed then. */
    long heardFlowed;
    /** The Cloud Connectors that heard it last. */
    Set<String> connectors = Set.of();
    /** Whether it is a Cloud Connector that is offline. */
    boolean isOffline;

    DeviceTrack(Device device) {
        this.device = device;
    }

    String id() {
        return device.id();
    }

    Coverage coverage() {
        return coverage;
    }

    /** All alarms of which something is known. */
    List<Alarm> alarms() {
        return Stream.of(alarms).filter(Objects::nonNull).toList();
    }

    /** The alarm at a place of the coverage; null if nothing is known of it. */
    @Nullable
    Alarm known(int place) {
        return alarms.length == 0 ? null : alarms[place];
    }

    /** The alarm at a place of the coverage, for who learns something of it. */
    Alarm alarm(int place) {
        Alarm alarm = known(place);
        if (alarm == null) {
            alarm = new Alarm(coverage.rule(place), this, coverage.subject(place));
            set(place, alarm);
        }
        return alarm;
    }

    private void set(int place, Alarm alarm) {
        if (alarms.length == 0) {
            alarms = new Alarm[coverage.size()];
        }
        alarms[place] = alarm;
    }

    /** The place of a rule's alarm; -1 if the rule is not about the device. */
    int place(String rule, Subject subject) {
        for (int place = 0; place < coverage.size(); place++) {
            if (coverage.subject(place) == subject
                    && coverage.rule(place).name().equals(rule)) {
                return place;
            }
        }
        return -1;
    }

    /** Other rules are about it now. Returns the alarms of those that are not any more. */
    List<Alarm> cover(Coverage now) {
        List<Alarm> before = alarms();
        coverage = now;
        alarms = NONE;
        List<Alarm> left = new ArrayList<>();
        for (Alarm alarm : before) {
            if (!take(alarm)) {
                left.add(alarm);
            }
        }
        return left;
    }

    /** Takes up an alarm; returns false if its rule is not about the device. */
    boolean take(Alarm alarm) {
        int place = place(alarm.rule.name(), alarm.subject);
        if (place < 0 || coverage.rule(place) != alarm.rule) {
            return false;
        }
        set(place, alarm);
        return true;
    }

    /** What it and its alarms take of the heap, about; the device itself is shared with the list. */
    long heapBytes() {
        long bytes = BYTES + 4L * alarms.length;
        for (Alarm alarm : alarms) {
            bytes += alarm == null ? 0 : alarm.heapBytes();
        }
        return bytes;
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
