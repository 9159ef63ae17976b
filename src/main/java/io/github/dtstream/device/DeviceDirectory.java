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
 * What is known of a project's devices: names, types, labels. Thread-safe; no call waits for the cloud.
 *
 * <p>The list is read in the background when the directory starts, when it has become old, and when a device is asked for
 * that is not in it; {@code labelsChanged} events and what is pushed keep it current in between. A copy on disk serves until
 * the first answer. Where the list cannot be read, what is known stays, and so it does while a list is doubted that lacks much
 * of it. Where there is no list to ask for, what is pushed is all that is known.
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

    /** How often in a row the list could not be read. Owned by the refresh, of which one at a time is under way. */
    private int failures;

    /** Counts what has changed; written under this. */
    private volatile long version;

    // Guarded by this.
    private boolean refreshing;
    private @Nullable Deadline mayRefresh;
    private List<Consumer<Map<String, Device>>> duringRefresh = new ArrayList<>();
    /** Of what time what is known of a device is, where events have said it since the list was read. */
    private final Map<String, Instant> asOf = new HashMap<>();
    /** Of what time the list is that was read last. */
    private @Nullable Instant listAsOf;

    private @Nullable Deadline mayWrite;
    /** Whether something is known that is not on disk, and no list will be read that has it. */
    private boolean isUnwritten;

    private final List<DeviceListListener> listeners = new CopyOnWriteArrayList<>();

    /** Owned by the refresh. */
    private final ListDoubt judge;

    /** Owned by the refresh. */
    private boolean doubted;

    /**
     * @param projectId whose devices they are
     * @param list reads the project's devices, within the budget and tried again as its API is; null where nobody may
     * @param snapshot the copy on disk
     * @param refreshEvery how old the list may become; an hour is sensible
     * @param clock the cloud's
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

    /** Reads the copy on disk, and asks the cloud in the background. */
    public void start() {
        try {
            Map<String, Device> known = new ConcurrentHashMap<>();
            snapshot.read(device -> known.put(device.id(), device));
            devices = known;
        } catch (IOException e) {
            LOG.warn("The copy of the device list cannot be read and is made anew: {}", e.toString());
        }
        refreshSoon();
    }

    /** The device, if it is known; if not, the list is asked for in the background, at most once a minute. */
    public Optional<Device> get(String deviceId) {
        Device device = devices.get(deviceId);
        if (device == null) {
            refreshSoon();
        }
        return Optional.ofNullable(device);
    }

    /** All devices that are known, in no order. */
    public Collection<Device> all() {
        return List.copyOf(devices.values());
    }

    /** Changes when a device, or what is known of one, does. */
    public long version() {
        return version;
    }

    /** The identifiers of those known devices that pass the filters. */
    public Set<String> matching(DeviceFilters filters) {
        return devices.values().stream()
                .filter(filters::allow)
                .map(Device::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Learns from events that the live stream brought; to be called for every one, pings too. Not for those of history,
     * which tell of the past.
     */
    public void seen(List<Event> live) {
        for (Event event : live) {
            if (event.deviceId() != null && event.eventType().equals(LABELS_CHANGED)) {
                labelsChanged(event, Instant.MAX);
            }
        }
        refreshIfOld();
    }

    /** Asks the cloud for the list in the background if it has become old. */
    public void refreshIfOld() {
        if (hasCome(nextRefresh)) {
            refreshSoon();
        }
    }

    /** From now on, the list becomes old by then, unless it did so sooner before. */
    public synchronized void refreshAtLeastEvery(Duration age) {
        if (age.compareTo(refreshEvery) < 0) {
            refreshEvery = age;
            if (nextRefresh != null) {
                nextRefresh = Deadline.after(age, ticker);
            }
        }
    }

    /**
     * Learns from an event that was pushed, and from what came with it of its device. It may be hours old, and then says nothing
     * of a device of which something newer is known.
     *
     * @param device as it was when the event was sent; null if that was not told
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

    /** @param ifKnownBefore nothing is learnt of a device of which something is known that is newer than this */
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

    /** Only where no list is read, whose copy is written then. */
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

    /** Writes what is not on disk yet; to be called when nothing runs in the background any more. */
    @Override
    public void close() {
        write();
    }

    /** Asks the cloud for the list in the background, unless that was done less than a minute ago. */
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
            // Often everything fails at first, credentials for example, which the stream tells.
            LOG.atLevel(++failures > 1 ? Level.WARN : Level.DEBUG)
                    .log("The device list could not be read, what was known of devices stays: {}", e.getMessage());
        } catch (IOException e) {
            LOG.warn("The copy of the device list could not be written: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended();
        }
    }

    /** Who holds a device sees at a glance that it is as it was, and holds no second copy of it. */
    private static Device unchanged(Device listed, Map<String, Device> before) {
        Device known = before.get(listed.id());
        return known != null && known.equals(listed) ? known : listed;
    }

    private void tell(Set<String> before, Set<String> listed) {
        Set<String> left = new TreeSet<>(before);
        left.removeAll(listed);
        listeners.forEach(listener -> listener.listed(Set.copyOf(listed), left));
    }

    /** Tells one more of each list from now on. */
    public void addListener(DeviceListListener listener) {
        listeners.add(listener);
    }

    /** Tells that one no more. */
    public void removeListener(DeviceListListener listener) {
        listeners.remove(listener);
    }

    /** What reads the list; empty where nobody may. */
    public Optional<Devices> list() {
        return Optional.ofNullable(list);
    }

    /** What a doubted list lacks is not forgotten, and the list soon asked for again. */
    private void keepIfDoubted(Map<String, Device> fresh) {
        Map<String, Device> known = devices;
        Optional<String> doubt = judge.judge(Set.copyOf(fresh.keySet()), known.keySet());
        if (doubt.isPresent()) {
            known.forEach(fresh::putIfAbsent);
            nextRefresh = Deadline.after(BETWEEN_REFRESHES, ticker);
            LOG.atLevel(doubted || known.isEmpty() ? Level.DEBUG : Level.WARN)
                    .log("What is known of devices stays: {}", doubt.get());
        }
        doubted = doubt.isPresent();
    }

    private synchronized void ended() {
        refreshing = false;
        duringRefresh = new ArrayList<>();
    }

    /** A page read before labels changed, and put in place afterwards, must not bring the old ones back. */
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
