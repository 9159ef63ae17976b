package io.github.dtstream.series;

import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.reading.EventReader;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.reading.Reading;
import io.github.dtstream.series.block.Block;
import io.github.dtstream.series.block.BlockFolder;
import io.github.dtstream.series.block.BlockFormat;
import io.github.dtstream.series.block.OpenBlock;
import io.github.dtstream.series.value.ClaimedTime;
import io.github.dtstream.series.value.Points;
import io.github.dtstream.series.value.SeriesKey;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The values of a stream in memory: the newest of each series, and those that are not in a block on disk yet.
 * Thread-safe; one thread writes. One lock guards the table, the open block, and the change from one open block to the
 * next.
 */
final class HeldValues {
    /** Late values within so many changes are reported as one span. */
    private static final long LATE_TOGETHER = 100_000;

    private final Versions versions;
    private final BlockFolder folder;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock; only the writing thread changes them.
    private SeriesTable table = new SeriesTable();
    private OpenBlock open;

    /** @param folder the blocks on disk; a block is added under the same lock as the next open one begins */
    HeldValues(Versions versions, BlockFolder folder, OpenBlock open) {
        this.versions = versions;
        this.folder = folder;
        this.open = open;
    }

    /**
     * Adds what a block on disk has of a series to a table.
     *
     * @param time the believed time of the newest value
     */
    void known(SeriesTable known, SeriesKey key, BlockFormat.Entry entry, long time, double newest) {
        DeviceRow device = known.device(key.deviceId());
        device.known(key.quantity(), Math.min(entry.minTime(), time), time, entry.points());
        device.version = versions.newest();
        known.series(device, key.quantity()).offer(time, newest, device.version);
    }

    /** Replaces the table and the open block at the start. */
    void restore(SeriesTable restored, OpenBlock first) {
        lock.lock();
        try {
            table = restored;
            open = first;
        } finally {
            lock.unlock();
        }
    }

    /** The block for new values; for the writing thread. */
    OpenBlock open() {
        return open;
    }

    /** The series of a number; for the writing thread. */
    SeriesKey key(int number) {
        return table.series(number).key;
    }

    /** About how many bytes of heap the table takes; for the writing thread. */
    long tableBytes() {
        return table.bytes();
    }

    void grow(OpenBlock block, int capacity) {
        lock.lock();
        try {
            block.grow(capacity);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Replaces the open block, which is on disk now, by the next one.
     *
     * @param forget whether to forget devices that have left and of which no block has values
     */
    void sealed(Block block, OpenBlock next, boolean forget) {
        lock.lock();
        try {
            folder.add(block);
            open = next;
            if (forget) {
                table.forget(oldestTime());
            }
        } finally {
            lock.unlock();
        }
    }

    private long oldestTime() {
        return folder.blocks().stream()
                .filter(block -> block.points() > 0)
                .mapToLong(Block::minTime)
                .min()
                .orElse(Long.MIN_VALUE);
    }

    /**
     * Puts the values of a record into a block and into the table.
     *
     * @param isNew whether the record is new; values of a block that is made again are not reported as late
     */
    void put(JournalRecord record, EventReader reader, OpenBlock block, boolean isNew) {
        lock.lock();
        try {
            String deviceId = record.event().deviceId();
            if (deviceId != null && !reader.readings().isEmpty()) {
                put(deviceId, record.received(), reader, block, isNew);
            }
            block.advance(record.sequence(), record.received());
        } finally {
            lock.unlock();
        }
    }

    private void put(String deviceId, Instant received, EventReader reader, OpenBlock block, boolean isNew) {
        long now = versions.next();
        DeviceRow device = table.device(deviceId);
        device.version = now;
        if (!reader.connectors().isEmpty()) {
            device.connector = reader.connectors().get(0);
        }
        int values = Math.min(reader.readings().size(), block.capacity() - block.size());
        for (int i = 0; i < values; i++) {
            put(reader.readings().get(i), received, device, block, now, isNew);
        }
    }

    /** The block gets the time with which the value is stamped, as it is part of the history. */
    private void put(Reading reading, Instant received, DeviceRow device, OpenBlock block, long now, boolean isNew) {
        double value = value(reading);
        if (Double.isNaN(value)) {
            return;
        }
        Series series = table.series(device, reading.quantity());
        block.add(series.number, reading.time(), value);
        long time = ClaimedTime.believed(reading.time(), received);
        device.sign(time, reading.quantity() == Quantity.SIGNAL);
        if (!series.offer(time, value, now) && isNew) {
            series.late(reading.time(), now, now - LATE_TOGETHER);
        }
    }

    private static double value(Reading reading) {
        if (reading.state() == null) {
            return reading.number();
        }
        int state = reading.quantity().states().indexOf(reading.state());
        return state < 0 ? Double.NaN : state;
    }

    /**
     * Takes over a complete device list. A device that has left is forgotten when the journal has no events of it any
     * more.
     */
    void devicesListed(Set<String> devices, Set<String> left) {
        lock.lock();
        try {
            table.listed(devices, left);
        } finally {
            lock.unlock();
        }
    }

    /** Shows all changes after a version. */
    void changes(long after, SeriesViewer viewer) {
        lock.lock();
        try {
            for (DeviceRow device : table.devices()) {
                if (device.version > after) {
                    show(device, after, viewer);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private static void show(DeviceRow device, long after, SeriesViewer viewer) {
        viewer.device(device.id, device.seen, device.rhythm(), device.connector);
        for (Series series : device.series) {
            if (series.version > after) {
                viewer.value(series.key, series.time, series.value);
            }
            if (series.lateVersion > after) {
                viewer.late(series.key, series.lateFrom, series.lateTo);
            }
        }
    }

    boolean knows(SeriesKey key) {
        lock.lock();
        try {
            return table.find(key) != null;
        } finally {
            lock.unlock();
        }
    }

    /** How many devices and series there are. */
    record Counts(int devices, int series) {}

    Counts counts() {
        lock.lock();
        try {
            return new Counts(table.deviceCount(), table.seriesCount());
        } finally {
            lock.unlock();
        }
    }

    /** The blocks on disk and, in {@code into}, the values of the open block, at one moment. */
    List<Block> snapshot(List<SeriesKey> keys, List<Points> into) {
        lock.lock();
        try {
            int[] slots = new int[table.seriesCount()];
            boolean isAny = false;
            for (int i = 0; i < keys.size(); i++) {
                Series series = table.find(keys.get(i));
                if (series != null) {
                    slots[series.number] = i + 1;
                    isAny = true;
                }
            }
            for (int i = 0; isAny && i < open.size(); i++) {
                int slot = slots[open.series(i)];
                if (slot > 0) {
                    into.get(slot - 1).accept(open.time(i), open.value(i));
                }
            }
            return folder.blocks();
        } finally {
            lock.unlock();
        }
    }
}
