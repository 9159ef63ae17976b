package io.github.dtstream.device;

import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The devices of which a route has had what they sent last, on disk: an identifier a line. Thread-safe. What a crash has torn is
 * left out, so that a device may be offered once more.
 */
public final class OfferedDevices {
    private final Path file;
    private final Path folder;
    private final Storage storage;

    // Guarded by this.
    private final Set<String> devices = new HashSet<>();
    private long length;

    private OfferedDevices(Path file, Storage storage) {
        this.file = file;
        this.folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
        this.storage = storage;
    }

    /** @param file is created with its folder when there is something to keep */
    public static OfferedDevices read(Path file, Storage storage) throws IOException {
        OfferedDevices offered = new OfferedDevices(file, storage);
        offered.read();
        return offered;
    }

    /** The same, on this machine's disk. */
    public static OfferedDevices read(Path file) throws IOException {
        return read(file, new SystemStorage());
    }

    private synchronized void read() throws IOException {
        try {
            String text = new String(storage.read(file), StandardCharsets.UTF_8);
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            whole.lines().filter(line -> !line.isEmpty()).forEach(devices::add);
            length = whole.getBytes(StandardCharsets.UTF_8).length;
        } catch (NoSuchFileException e) {
            length = 0;
        }
    }

    public synchronized boolean contains(String deviceId) {
        return devices.contains(deviceId);
    }

    public synchronized boolean containsAll(Collection<String> deviceIds) {
        return devices.containsAll(deviceIds);
    }

    /** @throws IOException if they cannot be kept; nothing has changed then */
    public synchronized void add(Collection<String> deviceIds) throws IOException {
        Set<String> fresh = new TreeSet<>(deviceIds);
        fresh.removeAll(devices);
        if (fresh.isEmpty()) {
            return;
        }
        byte[] lines = (String.join("\n", fresh) + "\n").getBytes(StandardCharsets.UTF_8);
        storage.createDirectories(folder);
        try (Storage.OpenFile open = storage.openOrCreate(file)) {
            open.truncate(length);
            open.write(lines, 0, lines.length, length);
            open.force();
        }
        storage.syncDirectory(folder);
        length += lines.length;
        devices.addAll(fresh);
    }

    /** Forgets all. */
    public synchronized void clear() throws IOException {
        storage.delete(file);
        devices.clear();
        length = 0;
    }

    /** Forgets those that have left the project: should one come back, it is offered again. */
    public synchronized void remove(Collection<String> deviceIds) throws IOException {
        Set<String> left = new TreeSet<>(devices);
        if (left.removeAll(deviceIds)) {
            byte[] lines =
                    left.isEmpty() ? new byte[0] : (String.join("\n", left) + "\n").getBytes(StandardCharsets.UTF_8);
            AtomicFile.of(file, storage).save(lines);
            length = lines.length;
            devices.retainAll(left);
        }
    }
}
