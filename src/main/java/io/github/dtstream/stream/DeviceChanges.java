package io.github.dtstream.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.cloud.api.DeviceFilters;
import io.github.dtstream.cloud.api.Devices;
import io.github.dtstream.cloud.api.ReportedPage;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.device.DeviceDirectory;
import io.github.dtstream.device.DeviceListListener;
import io.github.dtstream.device.ToldDevices;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.time.Deadline;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Reports which devices joined the project, changed or left it: the difference between the devices as they were
 * reported to the route, which is on disk, and the devices as they are known now. The events are of source {@code
 * devices} and are in no journal. The reported state on disk changes when the route has processed the events, so
 * changes that happen while the route is stopped or fails are reported later.
 *
 * <p>A device is reported as removed only if it is missing in a list that was read completely and is not doubted, and
 * after a second check: the device is looked up, and if many are missing, the project's device count must match the
 * list. If a check cannot be made, it is repeated later, and no device is reported as removed until then.
 *
 * <p>The polling thread asks the cloud for one page of devices at a time, and for the next when these were handed out.
 */
public final class DeviceChanges implements Subscription, DeviceListListener {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceChanges.class);
    private static final Duration BETWEEN_TRIES = Duration.ofMinutes(1);
    /** How old the device list may become while a route uses this. */
    private static final Duration LIST_AGE = Duration.ofMinutes(10);

    private static final int PAGE = 50;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final Devices list;
    private final DeviceDirectory directory;
    private final Supplier<DeviceFilters> filters;
    private final ToldDevices told;
    private final Clock clock;
    private final Ticker ticker;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private boolean closed;
    /** The devices of a list that was read since the last comparison; null if none was. */
    private @Nullable Set<String> newList;

    private final RecordQueue<ToldDevices.Told> waiting = new RecordQueue<>();

    // Owned by the thread that polls.
    /** The directory's version at the last comparison; -1 to compare again. */
    private long version = -1;
    /** Devices that differ from what was reported. */
    private final Set<String> joinedOrChanged = new TreeSet<>();
    /** Devices that are in the project and no longer pass the stream's filters. */
    private final Set<String> filteredOut = new TreeSet<>();
    /** Devices that are no longer in the list. */
    private final Set<String> absent = new TreeSet<>();
    /** The length of the list that lacks them, until the project's device count was checked; negative after that. */
    private int listLength = -1;

    private @Nullable Deadline nextTry;
    private boolean isTroubleTold;
    private boolean isPartTold;
    private long sequence = 1;

    /** The changes of a device. */
    private enum Change {
        ADDED("deviceAdded"),
        CHANGED("deviceChanged"),
        REMOVED("deviceRemoved");

        private final String eventType;

        Change(String eventType) {
            this.eventType = eventType;
        }
    }

    /**
     * @param name the subscription's name, for messages
     * @param filters the stream's filters; devices that do not pass them are left out
     */
    DeviceChanges(
            String name,
            Devices list,
            DeviceDirectory directory,
            Supplier<DeviceFilters> filters,
            ToldDevices told,
            Clock clock,
            Ticker ticker) {
        this.name = name;
        this.list = list;
        this.directory = directory;
        this.filters = filters;
        this.told = told;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** Begins to compare, with the devices known now and with each new list. */
    void begin() {
        directory.refreshAtLeastEvery(LIST_AGE);
        directory.addListener(this);
    }

    /** Whether an event type is that of a device change. */
    public static boolean isOne(String eventType) {
        for (Change change : Change.values()) {
            if (change.eventType.equals(eventType)) {
                return true;
            }
        }
        return false;
    }

    /** The device that an event of this source is about; for a removed device, as it was. */
    public static Device device(Event event) {
        try {
            JsonNode data = JSON.readTree(event.json(), event.dataOffset(), event.dataLength());
            Map<String, String> labels = new HashMap<>();
            data.path("labels")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            return new Device(
                    Objects.requireNonNull(event.deviceId()),
                    data.path("type").asText(),
                    data.path("productNumber").asText(),
                    labels);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void listed(Set<String> devices, Set<String> left) {
        lock.lock();
        try {
            newList = devices;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Batch poll(int maxRecords, long maxBytes, Duration timeout) throws IOException, InterruptedException {
        directory.refreshIfOld();
        if (waiting.size() == 0) {
            lookIfNeedBe();
            if (isDue()) {
                fetch();
            } else {
                await(timeout);
            }
        }
        return waiting.next(maxRecords, maxBytes);
    }

    private boolean isDue() {
        Deadline next = nextTry;
        return (next == null || next.isOver())
                && !(joinedOrChanged.isEmpty() && filteredOut.isEmpty() && absent.isEmpty());
    }

    private void await(Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (!closed && newList == null && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Compares if there is something new and all handed-out events were processed. */
    private void lookIfNeedBe() {
        Set<String> listed;
        lock.lock();
        try {
            if (closed || !waiting.isSettled()) {
                return;
            }
            listed = newList;
            newList = null;
        } finally {
            lock.unlock();
        }
        long now = directory.version();
        if (listed != null || now != version) {
            version = now;
            look(listed);
        }
    }

    private void look(@Nullable Set<String> listed) {
        DeviceFilters wanted = filters.get();
        Map<String, Device> known = new HashMap<>();
        directory.all().forEach(device -> known.put(device.id(), device));
        joinedOrChanged.clear();
        filteredOut.clear();
        for (Device device : known.values()) {
            if (wanted.allow(device) && !told.has(device)) {
                joinedOrChanged.add(device.id());
            }
        }
        if (listed != null) {
            absent.clear();
        }
        for (String id : told.ids()) {
            Device device = known.get(id);
            if (device != null) {
                absent.remove(id);
                if (!wanted.allow(device)) {
                    filteredOut.add(id);
                }
            } else if (listed != null && !listed.contains(id)) {
                absent.add(id);
            }
        }
        if (listed != null) {
            boolean many = absent.size() > Math.max(1, told.ids().size() / 10);
            listLength = many || listed.isEmpty() ? listed.size() : -1;
        }
    }

    private void fetch() throws InterruptedException {
        try {
            if (!joinedOrChanged.isEmpty()) {
                tellOfNextPage();
            } else if (!filteredOut.isEmpty()) {
                tellAll(filteredOut.stream()
                        .flatMap(id -> told.get(id).stream())
                        .map(device -> telling(Change.REMOVED, device, List.of()))
                        .toList());
                filteredOut.clear();
            } else {
                lookAgainAtAbsent();
            }
            nextTry = null;
            isTroubleTold = false;
        } catch (CloudException e) {
            nextTry = Deadline.after(BETWEEN_TRIES, ticker);
            String what = "{}: the cloud cannot be asked for devices; it is tried again: {}";
            LOG.atLevel(isTroubleTold ? Level.DEBUG : Level.WARN).log(what, name, e.getMessage());
            isTroubleTold = true;
        }
    }

    /** Reports the next page of devices; devices that are not found any more are left to the next list. */
    private void tellOfNextPage() throws CloudException, InterruptedException {
        List<String> page = joinedOrChanged.stream().limit(PAGE).toList();
        List<ReportedPage.Reported> found = list.reported(page);
        joinedOrChanged.removeAll(Set.copyOf(page));
        DeviceFilters wanted = filters.get();
        List<Telling> all = new ArrayList<>();
        for (ReportedPage.Reported each : found) {
            // The cloud's answer counts: the directory may hold an older state, from before a restart.
            Device device = each.device();
            if (wanted.allow(device) && !told.has(device)) {
                boolean isNew = told.get(device.id()).isEmpty();
                all.add(telling(isNew ? Change.ADDED : Change.CHANGED, device, each.values()));
            }
        }
        tellAll(all);
    }

    private void lookAgainAtAbsent() throws CloudException, InterruptedException {
        if (listLength >= 0) {
            int count = list.count();
            if (count > listLength) {
                LOG.atLevel(isPartTold ? Level.DEBUG : Level.WARN)
                        .log(
                                "{}: the cloud lists {} devices, and says that the project has {}: no device counts as removed. Does the"
                                        + " service account see all devices of the project?",
                                name,
                                listLength,
                                count);
                isPartTold = true;
                absent.clear();
                return;
            }
            isPartTold = false;
            listLength = -1;
        }
        String id = absent.iterator().next();
        boolean isThere = list.projectOf(id).filter(list.projectId()::equals).isPresent();
        absent.remove(id);
        if (isThere) {
            LOG.info("{}: the cloud does not list device {}, although it is in the project", name, id);
            return;
        }
        tellAll(told.get(id).stream()
                .map(device -> telling(Change.REMOVED, device, List.of()))
                .toList());
    }

    /** A record, and what to save when the route has processed it. */
    private record Telling(JournalRecord record, RecordQueue.End<ToldDevices.Told> end) {}

    private Telling telling(Change change, Device device, List<ReportedPage.Value> reported) {
        JournalRecord record =
                new JournalRecord(sequence++, clock.instant(), Source.DEVICES, event(change, device, reported));
        return new Telling(
                record, new RecordQueue.End<>(new ToldDevices.Told(device, change == Change.REMOVED), sequence));
    }

    private void tellAll(List<Telling> all) {
        waiting.addAll(
                all.stream().map(Telling::record).toList(),
                all.stream().map(Telling::end).toList());
    }

    private Event event(Change change, Device device, List<ReportedPage.Value> reported) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        ObjectNode shape = JSON.createObjectNode();
        shape.put("name", "projects/" + list.projectId() + "/devices/" + device.id());
        shape.put("type", device.type());
        shape.put("productNumber", device.productNumber());
        ObjectNode labels = shape.putObject("labels");
        device.labels().forEach(labels::put);
        if (!reported.isEmpty()) {
            ObjectNode values = shape.putObject("reported");
            reported.forEach(value -> values.putRawValue(value.eventType(), new RawValue(value.json())));
        }
        return DeviceEvents.of(
                change.eventType + "-" + device.id(),
                list.projectId(),
                device.id(),
                change.eventType,
                shape.toString(),
                now.toString());
    }

    @Override
    public void commit(Position end) throws IOException {
        told.add(waiting.dealtWith(end));
        waiting.settle(end);
    }

    @Override
    public long lag() {
        return waiting.size();
    }

    @Override
    public void close() {
        directory.removeListener(this);
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
