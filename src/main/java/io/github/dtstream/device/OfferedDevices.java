package io.github.dtstream.device;

import io.github.dtstream.storage.LineFile;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The devices whose last values a route has had, on disk: an identifier per line. Thread-safe. A line that a crash has
 * torn is skipped, so a device may be offered once more.
 */
public final class OfferedDevices {
    // Guarded by this.
    private final LineFile file;
    private final Set<String> devices = new HashSet<>();

    private OfferedDevices(LineFile file) {
        this.file = file;
    }

    /** @param file created with its folder when the first device is added */
    public static OfferedDevices read(Path file, Storage storage) throws IOException {
        OfferedDevices offered = new OfferedDevices(new LineFile(file, storage));
        offered.read();
        return offered;
    }

    /** The same, on the local disk. */
    public static OfferedDevices read(Path file) throws IOException {
        return read(file, new SystemStorage());
    }

    private synchronized void read() throws IOException {
        file.read().stream().filter(line -> !line.isEmpty()).forEach(devices::add);
    }

    public synchronized boolean contains(String deviceId) {
        return devices.contains(deviceId);
    }

    public synchronized boolean containsAll(Collection<String> deviceIds) {
        return devices.containsAll(deviceIds);
    }

    /** @throws IOException if they cannot be written; nothing has changed then */
    public synchronized void add(Collection<String> deviceIds) throws IOException {
        Set<String> fresh = new TreeSet<>(deviceIds);
        fresh.removeAll(devices);
        if (fresh.isEmpty()) {
            return;
        }
        file.append((String.join("\n", fresh) + "\n").getBytes(StandardCharsets.UTF_8));
        devices.addAll(fresh);
    }

    /** Removes all. */
    public synchronized void clear() throws IOException {
        file.delete();
        devices.clear();
    }

    /** Removes devices that have left the project; one that comes back is offered again. */
    public synchronized void remove(Collection<String> deviceIds) throws IOException {
        Set<String> left = new TreeSet<>(devices);
        if (left.removeAll(deviceIds)) {
            byte[] lines =
                    left.isEmpty() ? new byte[0] : (String.join("\n", left) + "\n").getBytes(StandardCharsets.UTF_8);
            file.replace(lines);
            devices.retainAll(left);
        }
    }
}
