package io.github.dtstream.alarm;

import io.github.dtstream.alarm.change.AlarmView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which devices have left the project. One that a list had and the next one lacks has; and so has one with an alarm that two
 * lists lack, which left while nobody looked. Fed by the device list's thread, asked by the alarms' own.
 */
final class DeviceNews {
    /** Guarded by this. */
    private final List<Listed> lists = new ArrayList<>();

    /** Owned by the alarms' thread: what has an alarm and was not in the last list. */
    private Set<String> missing = Set.of();

    private record Listed(Set<String> devices, Set<String> left) {}

    /**
     * A list that is not doubted.
     *
     * @param devices all that it has
     * @param left those that the one before had, and it has not
     */
    synchronized void listed(Set<String> devices, Set<String> left) {
        lists.add(new Listed(Set.copyOf(devices), Set.copyOf(left)));
    }

    /** The devices that have left since it was asked last. */
    Set<String> left(List<AlarmView> alarms) {
        Set<String> gone = new LinkedHashSet<>();
        for (Listed list : take()) {
            gone.addAll(list.left());
            Set<String> lacking = new TreeSet<>();
            for (AlarmView alarm : alarms) {
                String id = alarm.key().deviceId();
                boolean isOfDevice = !id.isEmpty();
                if (isOfDevice && !list.devices().contains(id) && !gone.contains(id)) {
                    lacking.add(id);
                }
            }
            lacking.stream().filter(missing::contains).forEach(gone::add);
            missing = lacking;
        }
        return gone;
    }

    private synchronized List<Listed> take() {
        List<Listed> taken = List.copyOf(lists);
        lists.clear();
        return taken;
    }
}
