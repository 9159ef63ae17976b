package io.github.dtstream.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.simulator.device.Device;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.EventText;
import io.github.dtstream.simulator.device.Identifiers;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.http.Json;
import io.github.dtstream.simulator.stream.OpenStream;
import io.github.dtstream.simulator.stream.StreamHub;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The simulated project: its devices, and the only place that makes events. Thread-safe. */
final class Project {
    private final String id;
    private final Clock clock;
    private final SimulatorSettings settings;
    private final EventLog log;
    private final History history;
    private final StreamHub streams;
    private final Faults faults;
    private final ConcurrentSkipListMap<String, Device> devices = new ConcurrentSkipListMap<>();

    // Guarded by this object's lock, so that all streams, the log and the record have the same order of events.
    private final RandomGenerator random;
    private final Identifiers identifiers;
    private long sequence;
    private int named;

    Project(
            SimulatorSettings settings,
            Clock clock,
            RandomGenerator random,
            StreamHub streams,
            Faults faults,
            EventLog log) {
        this.settings = settings;
        this.clock = clock;
        this.random = random;
        this.identifiers = new Identifiers(random);
        this.streams = streams;
        this.faults = faults;
        this.log = log;
        this.history = new History(clock, settings.retention());
        this.id = identifiers.next(clock.instant().minus(Duration.ofDays(900)));
    }

    String id() {
        return id;
    }

    History history() {
        return history;
    }

    Collection<Device> devices() {
        return devices.values();
    }

    Optional<Device> device(String deviceId) {
        return Optional.ofNullable(devices.get(deviceId));
    }

    synchronized List<Device> addDevices(int count, DeviceType type) {
        List<Device> added = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Instant made = clock.instant().minus(Duration.ofDays(400 + random.nextInt(1000)));
            Map<String, String> labels = new LinkedHashMap<>();
            labels.put("name", type.displayName() + " " + ++named);
            Device device = new Device(new Identifiers(random).next(made), type, type.productNumber(), labels);
            devices.put(device.id(), device);
            added.add(device);
        }
        return added;
    }

    synchronized Device addEmulated(DeviceType type, Map<String, String> labels) {
        Map<String, String> all = new LinkedHashMap<>(labels);
        all.put("virtual-sensor", "");
        Device device = new Device("emu" + identifiers.next(clock.instant()), type, "", all);
        devices.put(device.id(), device);
        return device;
    }

    boolean removeDevice(String deviceId) {
        return devices.remove(deviceId) != null;
    }

    /** Sets some labels of a device and removes others; the device sends an event if a label changed. */
    synchronized void relabel(Device device, Map<String, String> set, Collection<String> remove) {
        Map<String, String> before = device.edit(set, remove);
        ObjectNode change = Json.object();
        ObjectNode added = change.putObject("added");
        ObjectNode modified = change.putObject("modified");
        ArrayNode removed = change.putArray("removed");
        set.forEach((key, value) -> {
            if (!value.equals(before.get(key))) {
                (before.containsKey(key) ? modified : added).put(key, value);
            }
        });
        before.keySet().stream()
                .filter(key -> remove.contains(key) && !set.containsKey(key))
                .forEach(removed::add);
        if (!added.isEmpty() || !modified.isEmpty() || !removed.isEmpty()) {
            publish(device, "labelsChanged", change.toString());
        }
    }

    /** Produces an event with the present time. */
    SimulatedEvent publish(Device device, String eventType, String data) {
        return publish(device, eventType, data, null, SimulatedEvent.Origin.LIVE);
    }

    /**
     * Produces an event.
     *
     * @param data the event type's object on one line; {@code updateTime} is added if it is missing
     * @param at the event's time; null for now
     */
    synchronized SimulatedEvent publish(
            Device device, String eventType, String data, @Nullable Instant at, SimulatedEvent.Origin origin) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        boolean live = origin == SimulatedEvent.Origin.LIVE;
        Faults.Treatment treatment = live ? faults.nextTreatment() : Faults.Treatment.NONE;
        Instant stamp = (at == null ? now : at.truncatedTo(ChronoUnit.MICROS)).minus(treatment.age());
        SimulatedEvent.Origin known = treatment.historyOnly()
                ? SimulatedEvent.Origin.HISTORY_ONLY
                : treatment.age().isZero() ? origin : SimulatedEvent.Origin.LATE;
        boolean preloaded = origin == SimulatedEvent.Origin.PRELOADED;
        String eventId = identifiers.next(preloaded ? stamp : now);
        SimulatedEvent event = new SimulatedEvent(
                sequence++,
                eventType,
                device.id(),
                stamp,
                preloaded ? stamp : now,
                preloaded ? stamp : now.plus(indexingDelay()),
                known,
                EventText.event(eventId, id, device.id(), eventType, data, EventText.timestamp(stamp)));
        keep(event, device);
        if (known != SimulatedEvent.Origin.HISTORY_ONLY && !preloaded) {
            streams.offer(event, device);
            if (treatment.duplicated()) {
                streams.offer(event, device);
            }
        }
        return event;
    }

    /** Keeps an event. The record comes first, so that a comparison knows an event before anybody can see it. */
    private void keep(SimulatedEvent event, Device device) {
        SimulatedEvent oldest = log.add(event);
        history.add(event);
        if (oldest != null) {
            history.remove(oldest);
        }
        device.report(event);
    }

    private Duration indexingDelay() {
        long least = settings.indexingDelay().toNanos();
        long spread = settings.maxIndexingDelay().toNanos() - least;
        long delay = least + (spread == 0 ? 0 : random.nextLong(spread + 1));
        return faults.addedIndexingDelay().plusNanos(delay);
    }

    /** Adds a stream, which gets every later event and no earlier one. */
    synchronized boolean open(OpenStream stream) {
        return streams.open(stream);
    }

    synchronized String ping() {
        Instant now = clock.instant();
        return EventText.ping(identifiers.next(now), id, EventText.timestamp(now));
    }
}
