package io.github.dtstream.stream;

import io.github.dtstream.cloud.api.DeviceFilters;
import io.github.dtstream.cloud.api.Devices;
import io.github.dtstream.cloud.api.ReportedPage;
import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.device.DeviceDirectory;
import io.github.dtstream.device.DeviceListListener;
import io.github.dtstream.device.OfferedDevices;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.time.Deadline;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the last values of each device, as they are in the device list: once for each device, when the route is new
 * and when a device joins the project. The events are of source {@code reported} and are in no journal. Their
 * identifiers consist of device, type and time, so an event that is repeated after a crash can be recognised.
 *
 * <p>The polling thread reads the list one page at a time, if it has a device that was not offered yet. It reads the
 * next page when the one before was handed out.
 */
public final class FirstValues implements Subscription, DeviceListListener {
    private static final Logger LOG = LoggerFactory.getLogger(FirstValues.class);
    private static final Duration BETWEEN_TRIES = Duration.ofMinutes(1);

    private final String name;
    private final Devices list;
    private final DeviceDirectory directory;
    private final Supplier<StreamFilters> filters;
    private final OfferedDevices offered;
    private final Clock clock;
    private final Ticker ticker;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private boolean wanted;
    private boolean closed;
    private @Nullable Deadline nextTry;
    /** The number of devices whose values were delivered since the list was read. */
    private int count;

    /** The events, each with its device. */
    private final RecordQueue<String> waiting = new RecordQueue<>();
    // Owned by the thread that polls.
    private Optional<String> nextPage = Optional.empty();
    private long sequence = 1;

    /**
     * @param name the subscription's name, for messages
     * @param filters the stream's filters, which also apply here
     */
    FirstValues(
            String name,
            Devices list,
            DeviceDirectory directory,
            Supplier<StreamFilters> filters,
            OfferedDevices offered,
            Clock clock,
            Ticker ticker) {
        this.name = name;
        this.list = list;
        this.directory = directory;
        this.filters = filters;
        this.offered = offered;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** Looks for devices that were not offered yet, now and with each new list. */
    void begin() {
        directory.addListener(this);
        look();
    }

    @Override
    public void listed(Set<String> devices, Set<String> left) {
        try {
            offered.remove(left);
        } catch (IOException e) {
            LOG.warn(
                    "{}: devices that have left the project cannot be removed from the offered ones: {}",
                    name,
                    e.toString());
        }
        look();
    }

    private void look() {
        if (!offered.containsAll(directory.matching(filters.get().devices()))) {
            lock.lock();
            try {
                wanted = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Batch poll(int maxRecords, long maxBytes, Duration timeout) throws IOException, InterruptedException {
        if (lag() == 0 && isDue(timeout)) {
            fetch();
        }
        return waiting.next(maxRecords, maxBytes);
    }

    private boolean isDue(Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (!closed && !isWantedNow() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !closed && isWantedNow();
        } finally {
            lock.unlock();
        }
    }

    private boolean isWantedNow() {
        return wanted && (nextTry == null || nextTry.isOver());
    }

    private void fetch() throws IOException, InterruptedException {
        ReportedPage page;
        try {
            page = list.reported(nextPage);
        } catch (CloudException e) {
            LOG.warn("{}: the device list cannot be read, which is tried again: {}", name, e.getMessage());
            nextPage = Optional.empty();
            lock.lock();
            try {
                nextTry = Deadline.after(BETWEEN_TRIES, ticker);
            } finally {
                lock.unlock();
            }
            return;
        }
        List<String> silent = new ArrayList<>();
        List<JournalRecord> records = new ArrayList<>();
        List<RecordQueue.End<String>> found = new ArrayList<>();
        read(page, records, found, silent);
        offered.add(silent);
        nextPage = page.nextPageToken();
        lock.lock();
        try {
            nextTry = null;
            waiting.addAll(records, found);
            wanted = nextPage.isPresent();
        } finally {
            lock.unlock();
        }
    }

    private void read(
            ReportedPage page, List<JournalRecord> records, List<RecordQueue.End<String>> found, List<String> silent) {
        StreamFilters now = filters.get();
        DeviceFilters wantedDevices = now.devices();
        Instant received = clock.instant();
        for (ReportedPage.Reported reported : page.devices()) {
            String id = reported.device().id();
            if (offered.contains(id) || !wantedDevices.allow(reported.device())) {
                continue;
            }
            long before = sequence;
            for (ReportedPage.Value value : reported.values()) {
                boolean isWanted =
                        now.eventTypes().isEmpty() || now.eventTypes().contains(value.eventType());
                Event event = isWanted ? event(id, value) : null;
                if (event != null) {
                    records.add(new JournalRecord(sequence++, received, Source.REPORTED, event));
                }
            }
            if (sequence == before) {
                silent.add(id);
            } else {
                found.add(new RecordQueue.End<>(id, sequence));
            }
        }
    }

    /** Null if the value's time is not valid. */
    private @Nullable Event event(String deviceId, ReportedPage.Value value) {
        try {
            OffsetDateTime unused = OffsetDateTime.parse(value.updateTime());
        } catch (DateTimeException e) {
            return null;
        }
        String type = value.eventType();
        return DeviceEvents.of(
                "reported-" + deviceId + "-" + type,
                list.projectId(),
                deviceId,
                type,
                value.json(),
                value.updateTime());
    }

    @Override
    public void commit(Position end) throws IOException {
        List<String> done = waiting.dealtWith(end);
        offered.add(done);
        waiting.settle(end);
        lock.lock();
        try {
            count += done.size();
            if (count > 0 && waiting.isSettled() && !wanted) {
                LOG.info("{}: the last values of {} devices were delivered", name, count);
                count = 0;
            }
        } finally {
            lock.unlock();
        }
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
