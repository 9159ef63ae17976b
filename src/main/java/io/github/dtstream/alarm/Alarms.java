package io.github.dtstream.alarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * What alarm routes remember: which alarms are raised for which devices, and when each device was last heard of. Bound as
 * {@code alarms} in the registry. It sends nothing; a route does, and calls {@link #set} afterwards, so that an alarm whose
 * delivery failed is still to be raised when the batch comes again.
 *
 * <p>Time is that of the events: nothing here reads a clock. Silence is noticed when a ping comes; while none come the stream
 * is interrupted, and nobody's silence is counted.
 *
 * <p>Kept in a small file, written when an alarm is raised or cleared and when a new device was heard of, in one step: it
 * survives a restart, a crash and a power cut. When devices were heard of is not worth a write: after a restart silence is counted anew.
 * Thread-safe.
 */
public final class Alarms {
    private static final ObjectMapper JSON = new ObjectMapper();

    // The headers of events, as dt-stream sets them.
    private static final String TIMESTAMP = "DtTimestamp";
    private static final String DEVICE_ID = "DtDeviceId";
    private static final String DEVICE_NAME = "DtDeviceName";

    private final @Nullable AtomicFile file;

    // All guarded by this.
    private final Map<String, Set<String>> raised = new TreeMap<>();
    private final Map<String, Heard> devices = new TreeMap<>();
    private final Map<String, Watch> watches = new HashMap<>();
    private boolean read;
    /** Whether the file lacks something, be it that it could not be written. */
    private boolean unsaved;

    private Alarms(@Nullable AtomicFile file) {
        this.file = file;
        this.read = file == null;
    }

    /** Remembers until the process ends. */
    public static Alarms inMemory() {
        return new Alarms(null);
    }

    /** Remembers over restarts. The file is read when it is first needed, and made when there is something to remember. */
    public static Alarms keptIn(Path file) {
        return keptIn(file, new SystemStorage());
    }

    static Alarms keptIn(Path file, Storage storage) {
        return new Alarms(AtomicFile.of(file, storage));
    }

    /** @param last the time of the newest event; null if it is known from the file only */
    private record Heard(String name, @Nullable Instant last) {}

    /** The time over which pings came without a break. */
    private record Watch(Instant since, Instant latest) {}

    /**
     * Whether an alarm was raised for a device and not cleared since.
     *
     * @throws IOException if the file cannot be read
     */
    public synchronized boolean isRaised(String alarm, String deviceId) throws IOException {
        readOnce();
        return raised.getOrDefault(alarm, Set.of()).contains(deviceId);
    }

    /**
     * Notes that an alarm has been raised or cleared; to be called when all have been told of it.
     *
     * @throws IOException if it cannot be written down
     */
    public synchronized void set(String alarm, String deviceId, boolean isRaised) throws IOException {
        readOnce();
        Set<String> ids = raised.computeIfAbsent(alarm, name -> new TreeSet<>());
        unsaved |= isRaised ? ids.add(deviceId) : ids.remove(deviceId);
        if (unsaved) {
            write();
        }
    }

    /**
     * What an event changes about the silence of devices; to be called for each event and each ping. An event of a device
     * whose alarm is raised says that it is to be cleared. A ping says which devices have not been heard of for a period and
     * have no alarm raised yet. The same is said again until {@link #set} notes it.
     *
     * <p>A break between two pings of more than a third of the period was an interruption, after which silence is counted
     * anew: the period must be at least three times that between pings, and sensibly three times that between a device's
     * events. An event that was late changes nothing.
     *
     * @param event a message with the headers of the component dt-stream
     * @param alarm the alarm's name
     * @param period how long a device may be silent
     * @return of each device {@code deviceId}, {@code deviceName}, {@code raised} as {@code true} or {@code false}, and, for
     *     an alarm to be raised, {@code lastHeard} where it is known
     * @throws IOException if the file cannot be read or written
     */
    public synchronized List<Map<String, String>> silence(Message event, String alarm, Duration period)
            throws IOException {
        readOnce();
        Instant time = Instant.parse(event.getHeader(TIMESTAMP, String.class));
        String deviceId = event.getHeader(DEVICE_ID, String.class);
        if (deviceId != null) {
            String name = event.getHeader(DEVICE_NAME, deviceId, String.class);
            return heard(alarm, deviceId, name, time) ? List.of(change(deviceId, name, false)) : List.of();
        }
        if (unsaved) {
            write();
        }
        Watch watch = watch(watches.get(alarm), time, period.dividedBy(3));
        watches.put(alarm, watch);
        Instant limit = watch.latest().minus(period);
        return watch.since().isAfter(limit) ? List.of() : notHeardSince(limit, alarm);
    }

    /** Whether the device has ended its silence. */
    private boolean heard(String alarm, String deviceId, String name, Instant time) throws IOException {
        Heard before = devices.get(deviceId);
        unsaved |= before == null;
        if (before != null && before.last() != null && !before.last().isBefore(time)) {
            return before.last().equals(time) && isRaised(alarm, deviceId);
        }
        devices.put(deviceId, new Heard(name, time));
        return isRaised(alarm, deviceId);
    }

    private static Map<String, String> change(String deviceId, String deviceName, boolean isRaised) {
        Map<String, String> change = new TreeMap<>();
        change.put("deviceId", deviceId);
        change.put("deviceName", deviceName);
        change.put("raised", String.valueOf(isRaised));
        return change;
    }

    private static Watch watch(@Nullable Watch before, Instant time, Duration longestBreak) {
        if (before == null || time.isAfter(before.latest().plus(longestBreak))) {
            return new Watch(time, time);
        }
        return new Watch(before.since(), time.isAfter(before.latest()) ? time : before.latest());
    }

    private List<Map<String, String>> notHeardSince(Instant limit, String alarm) throws IOException {
        List<Map<String, String>> silent = new ArrayList<>();
        for (Map.Entry<String, Heard> device : devices.entrySet()) {
            Instant last = device.getValue().last();
            if ((last == null || !last.isAfter(limit)) && !isRaised(alarm, device.getKey())) {
                Map<String, String> change =
                        change(device.getKey(), device.getValue().name(), true);
                if (last != null) {
                    change.put("lastHeard", last.toString());
                }
                silent.add(change);
            }
        }
        return silent;
    }

    private void readOnce() throws IOException {
        if (read || file == null) {
            return;
        }
        Optional<byte[]> content = file.read();
        if (content.isPresent()) {
            JsonNode known = JSON.readTree(content.get());
            for (Map.Entry<String, JsonNode> alarm : known.path("raised").properties()) {
                Set<String> ids = new TreeSet<>();
                alarm.getValue().forEach(id -> ids.add(id.asText()));
                raised.put(alarm.getKey(), ids);
            }
            for (Map.Entry<String, JsonNode> device : known.path("devices").properties()) {
                devices.put(device.getKey(), new Heard(device.getValue().asText(), null));
            }
        }
        read = true;
    }

    private void write() throws IOException {
        if (file == null) {
            unsaved = false;
            return;
        }
        ObjectNode known = JSON.createObjectNode();
        ObjectNode alarms = known.putObject("raised");
        raised.forEach((alarm, ids) -> {
            ArrayNode array = alarms.putArray(alarm);
            ids.forEach(array::add);
        });
        ObjectNode names = known.putObject("devices");
        devices.forEach((id, heard) -> names.put(id, heard.name()));
        file.save(JSON.writeValueAsBytes(known));
        unsaved = false;
    }
}
