package io.github.dtstream.alarm.trial;

import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.cloud.api.History;
import io.github.dtstream.cloud.api.HistoryPage;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.InvalidRecordException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The cloud's history of the devices of rules, in the order of time, as if each event had arrived when it was measured
 * and the stream had never been interrupted: pings are added between events that are far apart. Used by one thread,
 * which waits for the cloud.
 */
public final class PastEvents {
    private static final Duration PING_EVERY = Duration.ofMinutes(1);
    /** The approximate number of events of a device per day: two every quarter of an hour. */
    private static final int EVENTS_A_DAY = 200;
    /** The approximate number of events in memory at once. */
    private static final int EVENTS_AT_ONCE = 20_000;

    private static final Duration LEAST_SLICE = Duration.ofHours(1);
    private static final Duration MOST_SLICE = Duration.ofDays(1);

    private final History history;
    private final List<AlarmRule> rules;
    private final EnvelopeDecoder decoder = new EnvelopeDecoder();
    private long invalid;
    private final List<String> gone = new ArrayList<>();

    /** Gets the progress of the reading. */
    @FunctionalInterface
    public interface Progress {
        void read(int devices, int ofDevices, long events);
    }

    /** Takes the events in the order of time. */
    public interface Consumer {
        void event(JournalRecord record);

        /** Nothing came until then, and the stream worked. */
        void ping(JournalRecord record);
    }

    /** @param rules all rules that will get the events */
    public PastEvents(History history, List<AlarmRule> rules) {
        this.history = history;
        this.rules = List.copyOf(rules);
    }

    /** How many records were left out, as they are not valid events or have no time. */
    public long invalid() {
        return invalid;
    }

    /**
     * The devices whose history the cloud does not show: they have left the project, or the account may not read them.
     */
    public List<String> gone() {
        return List.copyOf(gone);
    }

    /**
     * Reads all events, device by device, then passes them on.
     *
     * @param devices the devices of the project
     * @param spool a temporary file
     * @throws CloudException if the cloud fails
     */
    public void read(
            List<Device> devices,
            Instant from,
            Instant to,
            Path spool,
            Storage storage,
            Progress progress,
            Consumer consumer)
            throws CloudException, IOException, InterruptedException {
        List<Device> selected =
                devices.stream().filter(device -> !rulesAbout(device).isEmpty()).toList();
        progress.read(0, selected.size(), 0);
        try (EventSpool events = new EventSpool(spool, storage, from, to, slice(selected.size()))) {
            long found = 0;
            int done = 0;
            for (Device device : selected) {
                found += read(device, from, to, events);
                progress.read(++done, selected.size(), found);
            }
            new Teller(consumer).tell(events, to);
        }
    }

    private static Duration slice(int devices) {
        Duration slice = Duration.ofDays(1).multipliedBy(EVENTS_AT_ONCE).dividedBy((long) EVENTS_A_DAY * (devices + 1));
        return slice.compareTo(LEAST_SLICE) < 0 ? LEAST_SLICE : slice.compareTo(MOST_SLICE) > 0 ? MOST_SLICE : slice;
    }

    private List<AlarmRule> rulesAbout(Device device) {
        return rules.stream().filter(rule -> rule.devices().matches(device)).toList();
    }

    /** The event types that rules need of a device; empty for all, as each is a sign of life. */
    private List<String> eventTypes(Device device) {
        Set<String> types = new TreeSet<>();
        for (AlarmRule rule : rulesAbout(device)) {
            if (rule.noData().isPresent()) {
                return List.of();
            }
            rule.quantity().ifPresent(quantity -> types.addAll(quantity.fields().keySet()));
        }
        return List.copyOf(types);
    }

    private long read(Device device, Instant from, Instant to, EventSpool events)
            throws CloudException, IOException, InterruptedException {
        long[] found = new long[1];
        try {
            history.forEachPage(device.id(), from, to, eventTypes(device), page -> found[0] += add(page, events));
        } catch (CloudException e) {
            int status = e.fault().status().orElse(0);
            if (status != 404 && status != 403) {
                throw e;
            }
            gone.add(device.name());
        }
        return found[0];
    }

    private int add(HistoryPage page, EventSpool events) throws IOException {
        List<Event> oldestFirst = new ArrayList<>(page.size());
        for (int i = page.size() - 1; i >= 0; i--) {
            try {
                oldestFirst.add(decoder.decodeEvent(page.body(), page.offset(i), page.length(i)));
            } catch (InvalidRecordException e) {
                invalid++;
            }
        }
        int added = events.add(oldestFirst);
        invalid += oldestFirst.size() - added;
        return added;
    }

    /** Numbers the events, and adds pings. */
    private static final class Teller {
        private final Consumer consumer;
        private long sequence;
        private @Nullable Instant last;

        Teller(Consumer consumer) {
            this.consumer = consumer;
        }

        void tell(EventSpool events, Instant to) throws IOException {
            events.forEach((event, time) -> {
                pingUntil(time);
                consumer.event(new JournalRecord(++sequence, time, Source.LIVE, event));
                last = time;
            });
            pingUntil(to);
        }

        private void pingUntil(Instant time) {
            Instant next = last == null ? time : last.plus(PING_EVERY);
            while (next.isBefore(time)) {
                Event ping = new Event("ping-" + sequence, Event.PING, "", null, next.toString(), new byte[0], 0, 0);
                consumer.ping(new JournalRecord(++sequence, next, Source.LIVE, ping));
                last = next;
                next = next.plus(PING_EVERY);
            }
        }
    }
}
