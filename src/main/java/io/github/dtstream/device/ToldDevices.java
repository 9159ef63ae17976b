package io.github.dtstream.device;

import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices of a project as a route was told of them, on disk: a line for each time that it was told, {@code {"left":"ID"}} of one
 * that is in the project no more. Thread-safe. What a crash has torn is left out, so that it may be told once more.
 */
public final class ToldDevices {
    private static final Logger LOG = LoggerFactory.getLogger(ToldDevices.class);
    private static final String LEFT = "{\"left\":\"";
    private static final String LEFT_END = "\"}";
    /** The file is written anew when it has twice as many lines as devices, and so many. */
    private static final int LEAST_REST = 1_000;

    private final Path file;
    private final Path folder;
    private final Storage storage;

    // Guarded by this.
    private final Map<String, Device> devices = new HashMap<>();
    private long length;
    private int lines;

    /**
     * What a route was told of a device.
     *
     * @param left whether it is in the project no more
     */
    public record Told(Device device, boolean left) {}

    private ToldDevices(Path file, Storage storage) {
        this.file = file;
        this.folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
        this.storage = storage;
    }

    /** @param file is created with its folder when there is something to keep */
    public static ToldDevices read(Path file, Storage storage) throws IOException {
        ToldDevices told = new ToldDevices(file, storage);
        told.read();
        return told;
    }

    /** The same, on this machine's disk. */
    public static ToldDevices read(Path file) throws IOException {
        return read(file, new SystemStorage());
    }

    private synchronized void read() throws IOException {
        try {
            String text = new String(storage.read(file), StandardCharsets.UTF_8);
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            whole.lines().forEach(this::readLine);
            length = whole.getBytes(StandardCharsets.UTF_8).length;
        } catch (NoSuchFileException e) {
            length = 0;
        }
    }

    private synchronized void readLine(String line) {
        lines++;
        if (line.startsWith(LEFT) && line.endsWith(LEFT_END)) {
            devices.remove(line.substring(LEFT.length(), line.length() - LEFT_END.length()));
            return;
        }
        try {
            Device device = DeviceSnapshot.device(line);
            devices.put(device.id(), device);
        } catch (IOException e) {
            LOG.warn("{} has a line that is not of a device, which is left out", file);
            LOG.debug("It is not", e);
        }
    }

    /** The identifiers of those that were told to be in the project. */
    public synchronized Set<String> ids() {
        return new TreeSet<>(devices.keySet());
    }

    /** The device as it was told; empty if it was not, or was told to have left. */
    public synchronized Optional<Device> get(String deviceId) {
        return Optional.ofNullable(devices.get(deviceId));
    }

    /** Whether the device was told to be as it is. If so, this one is held from now on, so that memory has it once. */
    public synchronized boolean has(Device device) {
        if (!device.equals(devices.get(device.id()))) {
            return false;
        }
        devices.put(device.id(), device);
        return true;
    }

    /** @throws IOException if it cannot be kept; nothing has changed then */
    public synchronized void add(Collection<Told> told) throws IOException {
        if (told.isEmpty()) {
            return;
        }
        if (lines > 2 * devices.size() + LEAST_REST) {
            writeAnew();
        }
        ByteArrayOutputStream added = new ByteArrayOutputStream();
        for (Told one : told) {
            added.writeBytes(one.left() ? leftLine(one.device()) : DeviceSnapshot.line(one.device()));
        }
        storage.createDirectories(folder);
        try (Storage.OpenFile open = storage.openOrCreate(file)) {
            open.truncate(length);
            open.write(added.toByteArray(), 0, added.size(), length);
            open.force();
        }
        storage.syncDirectory(folder);
        length += added.size();
        lines += told.size();
        for (Told one : told) {
            if (one.left()) {
                devices.remove(one.device().id());
            } else {
                devices.put(one.device().id(), one.device());
            }
        }
    }

    private static byte[] leftLine(Device device) {
        return (LEFT + device.id() + LEFT_END + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private synchronized void writeAnew() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        devices.values().forEach(device -> all.writeBytes(DeviceSnapshot.line(device)));
        AtomicFile.of(file, storage).save(all.toByteArray());
        length = all.size();
        lines = devices.size();
    }

    /** Forgets all. */
    public synchronized void clear() throws IOException {
        storage.delete(file);
        devices.clear();
        length = 0;
        lines = 0;
    }
}
