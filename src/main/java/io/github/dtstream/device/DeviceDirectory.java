package io.github.dtstream.device;

import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.cloud.api.DeviceFilters;
import io.github.dtstream.cloud.api.Devices;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.EventTime;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.time.Deadline;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The known devices of a project: names, types, labels. Thread-safe; no call waits for the cloud.
 *
 * <p>The list is read in the background when the directory starts, when the list is old, and when a device is looked up
 * that is not in it. {@code labelsChanged} events and pushed data keep it current in between. A copy on disk is used
 * until the first answer. If the list cannot be read, known devices remain; they also remain while a list is doubted
 * that lacks many of them. If no list can be read, as there is no service account, only pushed data is known.
 */
public final class DeviceDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceDirectory.class);
    private static final String LABELS_CHANGED = "labelsChanged";
    private static final Duration BETWEEN_REFRESHES = Duration.ofMinutes(1);
    private static final Duration BETWEEN_WRITES = Duration.ofMinutes(1);

    private final @Nullable Devices list;
    private final DeviceSnapshot snapshot;
    /** Written under this. */
    private volatile Duration refreshEvery;

    private final Clock clock;
    private final Ticker ticker;
    private final Executor background;

    private volatile Map<String, Device> devices = new ConcurrentHashMap<>();
    private volatile @Nullable Deadline nextRefresh;

    /** How often in a row the list could not be read. Owned by the refresh, of which only one runs at a time. */
    private int failures;

    /** Counts changes; written under this. */
    private volatile long version;

    // Guarded by this.
    private boolean refreshing;
    private @Nullable Deadline mayRefresh;
    private List<Consumer<Map<String, Device>>> duringRefresh = new ArrayList<>();
    /** The times of the newest data of devices, if events brought it after the list was read. */
    private final Map<String, Instant> asOf = new HashMap<>();
    /** The time of the last list. */
    private @Nullable Instant listAsOf;

    private @Nullable Deadline mayWrite;
    /** Whether there is data that is not on disk, and no list will be read that has it. */
    private boolean isUnwritten;

    private final List<DeviceListListener> listeners = new CopyOnWriteArrayList<>();

    /** Owned by the refresh. */
    private final ListDoubt judge;

    /** Owned by the refresh. */
    private boolean doubted;

    /**
     * @param projectId the project of the devices
     * @param list reads the project's devices, with its API's budget and retries; null if there is no service account
     * @param snapshot the copy on disk
     * @param refreshEvery how old the list may become; an hour is sensible
     * @param clock the cloud's clock
     * @param background runs the refresh; one thread is enough
     */
    public DeviceDirectory(
            String projectId,
            @Nullable Devices list,
            Path snapshot,
            Duration refreshEvery,
            Clock clock,
            Ticker ticker,
            Executor background) {
        this.list = list;
        this.snapshot = new DeviceSnapshot(snapshot, new SystemStorage());
        this.refreshEvery = refreshEvery;
        this.clock = clock;
        this.ticker = ticker;
        this.background = background;
        this.judge = new ListDoubt(projectId, ticker);
    }

    /** Reads the copy on disk, and requests the list in the background. */
    public void start() {
        try {
            Map<String, Device> known = new ConcurrentHashMap<>();
            snapshot.read(device -> known.put(device.id(), device));
            devices = known;
        } catch (IOException e) {
            LOG.warn("The copy of the device list cannot be read and is made again: {}", e.toString());
        }
        refreshSoon();
    }

    /** The device, if it is known; otherwise the list is requested in the background, at most once a minute. */
    public Optional<Device> get(String deviceId) {
        Device device = devices.get(deviceId);
        if (device == null) {
            refreshSoon();
        }
        return Optional.ofNullable(device);
    }

    /** All known devices, in no order. */
    public Collection<Device> all() {
        return List.copyOf(devices.values());
    }

    /** A number that changes when a device changes. */
    public long version() {
        return version;
    }

    /** The identifiers of the known devices that pass the filters. */
    public Set<String> matching(DeviceFilters filters) {
        return devices.values().stream()
                .filter(filters::allow)
                .map(Device::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Updates devices by events of the live stream; to be called for every event and ping, but not for those of
     * history, which are about the past.
     */
    public void seen(List<Event> live) {
        for (Event event : live) {
            if (event.deviceId() != null && event.eventType().equals(LABELS_CHANGED)) {
                labelsChanged(event, Instant.MAX);
            }
        }
        refreshIfOld();
    }

    /** Updates a device by an event that was read from a journal, which another router may have received hours ago. */
    public void read(Event event) {
        if (event.deviceId() != null && event.eventType().equals(LABELS_CHANGED)) {
            pushed(event, null);
        }
        refreshIfOld();
    }

    /** Requests the list in the background if it is old. */
    public void refreshIfOld() {
        if (hasCome(nextRefresh)) {
            refreshSoon();
        }
    }

    /** Limits the age of the list, unless the limit is lower already. */
    public synchronized void refreshAtLeastEvery(Duration age) {
        if (age.compareTo(refreshEvery) < 0) {
            refreshEvery = age;
            if (nextRefresh != null) {
                nextRefresh = Deadline.after(age, ticker);
            }
        }
    }

    /**
     * Updates a device by a pushed event and the device data that came with it. The event may be hours old; it is
     * ignored if newer data of the device is known.
     *
     * @param device the device when the event was sent; null if the push had no device data
     */
    public void pushed(Event event, @Nullable Device device) {
        Instant stamped = EventTime.of(event);
        if (stamped == null) {
            return;
        }
        if (device != null) {
            learn(device.id(), stamped, stamped, all -> all.put(device.id(), unchanged(device, all)));
        } else if (event.deviceId() != null && event.eventType().equals(LABELS_CHANGED)) {
            labelsChanged(event, stamped);
        }
    }

    /** @param ifKnownBefore the change is ignored if newer data of the device is known than of this time */
    private synchronized void learn(
            String deviceId, Instant stamped, Instant ifKnownBefore, Consumer<Map<String, Device>> change) {
        Device before = devices.get(deviceId);
        Instant known = asOf.getOrDefault(deviceId, listAsOf);
        if (before != null && known != null && ifKnownBefore.isBefore(known)) {
            return;
        }
        asOf.put(deviceId, stamped);
        if (refreshing) {
            duringRefresh.add(change);
        }
        change.accept(devices);
        if (!Objects.equals(devices.get(deviceId), before)) {
            version++;
            isUnwritten = list == null;
            writeSoon();
        }
    }

    /** Writes the copy if no list can be read; otherwise reading the list writes it. */
    private void writeSoon() {
        if (isUnwritten && hasCome(mayWrite)) {
            mayWrite = Deadline.after(BETWEEN_WRITES, ticker);
            try {
                background.execute(this::write);
            } catch (RejectedExecutionException e) {
                LOG.debug("The program is stopping: what is known of devices is written then");
            }
        }
    }

    private void write() {
        synchronized (this) {
            if (!isUnwritten) {
                return;
            }
            isUnwritten = false;
        }
        try {
            snapshot.write(devices.values());
        } catch (IOException e) {
            LOG.warn("The copy of what is known of devices could not be written: {}", e.toString());
        }
    }

    /** Writes data that is not on disk yet; to be called when nothing runs in the background any more. */
    @Override
    public void close() {
        write();
    }

    /** Requests the list in the background, unless that was done less than a minute ago. */
    public void refreshSoon() {
        Devices asked = list;
        if (asked == null) {
            return;
        }
        synchronized (this) {
            if (refreshing || !hasCome(mayRefresh)) {
                return;
            }
            refreshing = true;
            mayRefresh = Deadline.after(BETWEEN_REFRESHES, ticker);
            nextRefresh = Deadline.after(refreshEvery, ticker);
            duringRefresh = new ArrayList<>();
        }
        try {
            background.execute(() -> refresh(asked));
        } catch (RejectedExecutionException e) {
            LOG.debug("The device list is not read: the program is stopping");
            ended();
        }
    }

    private static boolean hasCome(@Nullable Deadline deadline) {
        return deadline == null || deadline.isOver();
    }

    private void refresh(Devices asked) {
        try {
            Map<String, Device> fresh = new ConcurrentHashMap<>();
            Map<String, Device> before = devices;
            Instant begun = clock.instant();
            asked.forEach(DeviceFilters.NONE, device -> fresh.put(device.id(), unchanged(device, before)));
            keepIfDoubted(fresh);
            replace(fresh, begun);
            snapshot.write(fresh.values());
            if (!doubted) {
                tell(before.keySet(), fresh.keySet());
            }
            failures = 0;
            LOG.debug("The device list has {} devices", fresh.size());
        } catch (CloudException e) {
            // At first everything often fails, for example because of the credentials, which the stream reports.
            LOG.atLevel(++failures > 1 ? Level.WARN : Level.DEBUG)
                    .log("The device list could not be read; the known devices remain: {}", e.getMessage());
        } catch (IOException e) {
            LOG.warn("The copy of the device list could not be written: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended();
        }
    }

    /** Returns the known object if the device has not changed, so that equality is cheap and memory has it once. */
    private static Device unchanged(Device listed, Map<String, Device> before) {
        Device known = before.get(listed.id());
        return known != null && known.equals(listed) ? known : listed;
    }

    private void tell(Set<String> before, Set<String> listed) {
        Set<String> left = new TreeSet<>(before);
        left.removeAll(listed);
        listeners.forEach(listener -> listener.listed(Set.copyOf(listed), left));
    }

    /** Adds a listener for each list from now on. */
    public void addListener(DeviceListListener listener) {
        listeners.add(listener);
    }

    /** Tells that one no more. */
    public void removeListener(DeviceListListener listener) {
        listeners.remove(listener);
    }

    /** Reads the list; empty if there is no service account. */
    public Optional<Devices> list() {
        return Optional.ofNullable(list);
    }

    /** Keeps the devices that a doubted list lacks, and requests the list again soon. */
    private void keepIfDoubted(Map<String, Device> fresh) {
        Map<String, Device> known = devices;
        Optional<String> doubt = judge.judge(Set.copyOf(fresh.keySet()), known.keySet());
        if (doubt.isPresent()) {
            known.forEach(fresh::putIfAbsent);
            nextRefresh = Deadline.after(BETWEEN_REFRESHES, ticker);
            LOG.atLevel(doubted || known.isEmpty() ? Level.DEBUG : Level.WARN)
                    .log("The known devices remain: {}", doubt.get());
        }
        doubted = doubt.isPresent();
    }

    private synchronized void ended() {
        refreshing = false;
        duringRefresh = new ArrayList<>();
    }

    /** Puts a list in place, with the changes that came while it was read. */
    private synchronized void replace(Map<String, Device> fresh, Instant begun) {
        duringRefresh.forEach(change -> change.accept(fresh));
        version += fresh.equals(devices) ? 0 : 1;
        devices = fresh;
        listAsOf = begun;
        asOf.values().removeIf(begun::isAfter);
    }

    private void labelsChanged(Event event, Instant ifKnownBefore) {
        try {
            LabelChange change = LabelChange.of(event);
            Instant stamped = EventTime.of(event);
            learn(
                    change.deviceId(),
                    stamped == null ? clock.instant() : stamped,
                    ifKnownBefore,
                    all -> all.computeIfPresent(change.deviceId(), (id, device) -> change.applyTo(device)));
        } catch (IOException e) {
            LOG.warn("Event {} does not say which labels changed: {}", event.eventId(), e.getMessage());
        }
    }
}
