package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.cloud.api.Device;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The devices from which something has come, or whose silence counts, each with the alarms of the rules that apply to it. */
final class DeviceTracks {
    private static final String CLOUD_CONNECTOR = "ccon";

    private final RulesInForce rules;
    private final Devices devices;
    private final Selection selection;
    private final Map<String, DeviceTrack> byId = new HashMap<>();

    /** Hears of devices whose rules were selected. */
    @FunctionalInterface
    interface Selection {
        /** @param left the alarms of rules that do not apply to the device any more */
        void selected(DeviceTrack track, List<Alarm> left);
    }

    /** @param devices the project's list of devices */
    DeviceTracks(RulesInForce rules, Devices devices, Selection selection) {
        this.rules = rules;
        this.devices = devices;
        this.selection = selection;
    }

    /** A device as the list has it now. It is added if it is new, and its rules are selected if it has changed. */
    DeviceTrack track(String deviceId) {
        DeviceTrack track = byId.get(deviceId);
        Device known = devices.get(deviceId).orElse(null);
        if (track == null) {
            track = new DeviceTrack(known == null ? new Device(deviceId, "", "", Map.of()) : known);
            byId.put(track.id(), track);
            select(track);
        } else if (known != null) {
            boolean isOther = !known.equals(track.device);
            // The list's own object is kept, also if it is equal, so that the next comparison is fast.
            track.device = known;
            if (isOther) {
                select(track);
            }
        }
        return track;
    }

    /** Finds the rules of a device. */
    void select(DeviceTrack track) {
        selection.selected(track, track.cover(rules.of(track.device)));
    }

    /** Adds a device that was read, without telling of its selection. */
    void restore(DeviceTrack track) {
        byId.put(track.id(), track);
        track.cover(rules.of(track.device));
    }

    /** Null if the device is not known. */
    @Nullable
    DeviceTrack get(String deviceId) {
        return byId.get(deviceId);
    }

    /**
     * Whether nothing has come from a listed device, and a rule is about its silence. Not so of a Cloud Connector: what
     * comes from it is its connection, when that changes.
     */
    boolean isUnheard(String deviceId) {
        DeviceTrack track = byId.get(deviceId);
        Device listed = devices.get(deviceId).orElse(null);
        return (track == null || track.heard == Alarm.NEVER)
                && listed != null
                && !listed.type().equals(CLOUD_CONNECTOR)
                && rules.of(listed).hasSilences();
    }

    /** Removes a device; null if it was not known. */
    @Nullable
    DeviceTrack remove(String deviceId) {
        return byId.remove(deviceId);
    }

    /** All, in any order; a view. */
    Collection<DeviceTrack> all() {
        return byId.values();
    }

    /** All, in a fixed order. */
    List<DeviceTrack> sorted() {
        List<DeviceTrack> all = new ArrayList<>(byId.values());
        all.sort(Comparator.comparing(DeviceTrack::id));
        return all;
    }

    /** The alarms of all devices, in any order. */
    Stream<Alarm> alarms() {
        return byId.values().stream().flatMap(track -> track.alarms().stream());
    }

    /** The alarm with a key, made if needed; null if the device is not known or the rule is not about it. */
    @Nullable
    Alarm find(AlarmKey key) {
        DeviceTrack track = byId.get(key.deviceId());
        int place = track == null ? -1 : track.place(key.rule(), key.subject());
        return track == null || place < 0 ? null : track.alarm(place);
    }

    /** The approximate memory of all devices and their alarms. */
    long heapBytes() {
        long bytes = 0;
        for (DeviceTrack track : byId.values()) {
            bytes += track.heapBytes();
        }
        return bytes;
    }
}
