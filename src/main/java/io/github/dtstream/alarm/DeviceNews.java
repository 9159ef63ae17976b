package io.github.dtstream.alarm;

import io.github.dtstream.alarm.change.AlarmView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Detects devices that have left the project: a device that was in one list and is missing in the next; or a device
 * with an alarm that is missing in two lists, as it left while the router was not running. And devices that are in the
 * project although nothing has come from them. The device list's thread adds lists, and the alarms' thread reads the
 * result.
 */
final class DeviceNews {
    /** Guarded by this. */
    private final List<Listed> lists = new ArrayList<>();

    /** The devices with an alarm that the last list lacks. Owned by the alarms' thread. */
    private Set<String> missing = Set.of();
    /** The devices of the last list that {@link #joined} has not looked through. Owned by the alarms' thread. */
    private Set<String> present = Set.of();

    private record Listed(Set<String> devices, Set<String> left) {}

    /**
     * Takes a list that is not doubted.
     *
     * @param devices all devices in it
     * @param left the devices of the list before that it lacks
     */
    synchronized void listed(Set<String> devices, Set<String> left) {
        lists.add(new Listed(Set.copyOf(devices), Set.copyOf(left)));
    }

    /** The devices that have left since the last call. */
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
            present = list.devices();
        }
        return gone;
    }

    /**
     * The devices of the last list of which the alarms know nothing yet, in a fixed order. Each list is looked through
     * once, after {@link #left}.
     *
     * @param isUnheard whether that is so of a device
     */
    List<String> joined(Predicate<String> isUnheard) {
        List<String> joined = present.stream().filter(isUnheard).sorted().toList();
        present = Set.of();
        return joined;
    }

    private synchronized List<Listed> take() {
        List<Listed> taken = List.copyOf(lists);
        lists.clear();
        return taken;
    }
}
