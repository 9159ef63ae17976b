package io.github.dtstream.series;

import io.github.dtstream.reading.Quantity;
import io.github.dtstream.series.value.SeriesKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All known devices and series. Guarded by the lock of {@link HeldValues}. */
final class SeriesTable {
    private final Map<String, DeviceRow> devices = new HashMap<>();
    private List<Series> series = new ArrayList<>();

    DeviceRow device(String id) {
        return devices.computeIfAbsent(id, DeviceRow::new);
    }

    Iterable<DeviceRow> devices() {
        return devices.values();
    }

    int deviceCount() {
        return devices.size();
    }

    int seriesCount() {
        return series.size();
    }

    Series series(DeviceRow device, Quantity quantity) {
        Series known = device.series(quantity);
        if (known != null) {
            return known;
        }
        Series added = new Series(new SeriesKey(device.id, quantity), series.size());
        series.add(added);
        device.series.add(added);
        return added;
    }

    /** The series of that number. */
    Series series(int number) {
        return series.get(number);
    }

    @Nullable
    Series find(SeriesKey key) {
        DeviceRow device = devices.get(key.deviceId());
        return device == null ? null : device.series(key.quantity());
    }

    /** Notes which devices the project has, and which have left. */
    void listed(Set<String> listed, Set<String> left) {
        left.forEach(id -> setLeft(id, true));
        listed.forEach(id -> setLeft(id, false));
    }

    private void setLeft(String id, boolean hasLeft) {
        DeviceRow device = devices.get(id);
        if (device != null) {
            device.hasLeft = hasLeft;
        }
    }

    /**
     * Forgets the devices that have left and have no event since a time. This changes the numbers of series, so no open
     * block may use them.
     */
    void forget(long seenBefore) {
        if (!devices.values().removeIf(device -> device.hasLeft && device.seen < seenBefore)) {
            return;
        }
        List<Series> kept = new ArrayList<>(series.size());
        for (Series one : series) {
            if (devices.containsKey(one.key.deviceId())) {
                one.number = kept.size();
                kept.add(one);
            }
        }
        series = kept;
    }

    /** About how many bytes of heap it takes. */
    long bytes() {
        return (long) devices.size() * DeviceRow.BYTES + (long) series.size() * Series.BYTES;
    }
}
