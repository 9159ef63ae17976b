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
 * The state of one device, and its alarms: one for each of its rules, made when it gets a state. Owned by the engine.
 */
final class DeviceTrack {
    private static final @Nullable Alarm[] NONE = {};
    /** Including its place in a map, and identifiers of Cloud Connectors. */
    private static final int BYTES = 160;

    /** The device of the list, or as far as it is known. */
    Device device;

    private Coverage coverage = Coverage.NONE;
    /** In the order of the rules, those about values first; empty until there is one. */
    private @Nullable Alarm[] alarms = NONE;

    /**
     * The time of the last sign of life, in milliseconds since 1970. Negative before the first, if the device is known
     * to be in the project since that time: by this machine's clock, so any event's time counts as later.
     */
    long heard;
    /** The time that the stream had worked until then. */
    long heardFlowed;
    /** The Cloud Connectors that received it last. */
    Set<String> connectors = Set.of();
    /** Whether it is an offline Cloud Connector. */
    boolean isOffline;

    DeviceTrack(Device device) {
        this.device = device;
    }

    String id() {
        return device.id();
    }

    /** Since when nothing has come from it, in milliseconds since 1970. */
    long silentSince() {
        return Math.abs(heard);
    }

    Coverage coverage() {
        return coverage;
    }

    /** All alarms with a state. */
    List<Alarm> alarms() {
        return Stream.of(alarms).filter(Objects::nonNull).toList();
    }

    /** The alarm at a place of the coverage; null if it has no state. */
    @Nullable
    Alarm known(int place) {
        return alarms.length == 0 ? null : alarms[place];
    }

    /** The alarm at a place of the coverage, made if needed. */
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

    /** The place of a rule's alarm; -1 if the rule does not apply to the device. */
    int place(String rule, Subject subject) {
        for (int place = 0; place < coverage.size(); place++) {
            if (coverage.subject(place) == subject
                    && coverage.rule(place).name().equals(rule)) {
                return place;
            }
        }
        return -1;
    }

    /** Sets other rules. Returns the alarms of rules that do not apply any more. */
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

    /** Adds a saved alarm; returns false if its rule does not apply to the device. */
    boolean take(Alarm alarm) {
        int place = place(alarm.rule.name(), alarm.subject);
        if (place < 0 || coverage.rule(place) != alarm.rule) {
            return false;
        }
        set(place, alarm);
        return true;
    }

    /** The approximate memory of the device and its alarms; the device object is shared with the list. */
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
