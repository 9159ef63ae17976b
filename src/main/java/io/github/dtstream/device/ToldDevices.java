package io.github.dtstream.device;

import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.storage.LineFile;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices of a project as they were reported to a route, on disk: a line per report, {@code {"left":"ID"}} for a
 * device that has left the project. Thread-safe. A line that a crash has torn is skipped, so a device may be reported
 * once more.
 */
public final class ToldDevices {
    private static final Logger LOG = LoggerFactory.getLogger(ToldDevices.class);
    private static final String LEFT = "{\"left\":\"";
    private static final String LEFT_END = "\"}";
    /** The file is rewritten when it has twice as many lines as devices, and at least this many. */
    private static final int LEAST_REST = 1_000;

    private final Path path;

    // Guarded by this.
    private final LineFile file;
    private final Map<String, Device> devices = new HashMap<>();
    private int lines;

    /**
     * The report of a device.
     *
     * @param left whether the device has left the project
     */
    public record Told(Device device, boolean left) {}

    private ToldDevices(Path path, Storage storage) {
        this.path = path;
        this.file = new LineFile(path, storage);
    }

    /** @param file created with its folder when the first report is added */
    public static ToldDevices read(Path file, Storage storage) throws IOException {
        ToldDevices told = new ToldDevices(file, storage);
        told.read();
        return told;
    }

    /** The same, on the local disk. */
    public static ToldDevices read(Path file) throws IOException {
        return read(file, new SystemStorage());
    }

    private synchronized void read() throws IOException {
        file.read().forEach(this::readLine);
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
            LOG.warn("{} has a line that is not of a device, which is skipped", path);
            LOG.debug("It is not", e);
        }
    }

    /** The identifiers of devices that were reported and have not left. */
    public synchronized Set<String> ids() {
        return new TreeSet<>(devices.keySet());
    }

    /** The device as it was reported; empty if it was not, or was reported to have left. */
    public synchronized Optional<Device> get(String deviceId) {
        return Optional.ofNullable(devices.get(deviceId));
    }

    /** Whether the device was reported in its present state. If so, this object is kept, so that memory has it once. */
    public synchronized boolean has(Device device) {
        if (!device.equals(devices.get(device.id()))) {
            return false;
        }
        devices.put(device.id(), device);
        return true;
    }

    /** @throws IOException if they cannot be written; nothing has changed then */
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
        file.append(added.toByteArray());
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
        file.replace(all.toByteArray());
        lines = devices.size();
    }

    /** Removes all. */
    public synchronized void clear() throws IOException {
        file.delete();
        devices.clear();
        lines = 0;
    }
}
