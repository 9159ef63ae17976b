package io.github.dtstream.simulator.device;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * A device that sends by itself: at a heartbeat its measurements and one network status for each Cloud Connector in
 * range, and at times occurrences, its battery and its labels. At times it is offline; if it keeps its measurements, it
 * sends them afterwards, newest first. Used by the thread of its fleet.
 */
public final class Sensor {
    private static final Duration HEARTBEAT = Duration.ofMinutes(15);
    private static final double OFFLINE_CHANCE = 0.004;
    private static final double BATTERY_CHANCE = 0.01;
    private static final double LABEL_CHANCE = 0.002;
    private static final int BACKFILL_PER_HEARTBEAT = 20;
    private static final int BACKFILL_CAPACITY = 50_000;

    private final Device device;
    private final Behaviour behaviour;
    private final Climate world;
    private final Uplink uplink;
    private final Deque<Remembered> memory = new ArrayDeque<>();

    private Instant lastHeartbeat;
    private Instant nextHeartbeat;
    private Instant nextHappening;
    private int offlineHeartbeats;
    private int heartbeatsSinceReturn;
    private int battery;

    /** A reading that could not be sent when it was measured. */
    private record Remembered(Instant at, Reading reading) {}

    public Sensor(Device device, Climate world, Uplink uplink) {
        this.device = device;
        this.behaviour = Behaviours.of(device.type(), world);
        this.world = world;
        this.uplink = uplink;
        this.battery = 60 + world.random().nextInt(41);
        this.lastHeartbeat = world.start();
        this.nextHeartbeat = world.start().plus(fraction(world.scaled(HEARTBEAT)));
        this.nextHappening = world.start().plus(fraction(world.scaled(behaviour.betweenHappenings())));
    }

    private Duration fraction(Duration whole) {
        return Duration.ofNanos((long) (whole.toNanos() * world.random().nextDouble()));
    }

    public Device device() {
        return device;
    }

    /** The time of its next action. */
    public Instant due() {
        return nextHeartbeat.isBefore(nextHappening) ? nextHeartbeat : nextHappening;
    }

    /** Performs its next action. */
    public void act(SimulatedEvent.Origin origin) {
        if (nextHappening.isBefore(nextHeartbeat)) {
            happen(nextHappening, origin);
        } else {
            beat(nextHeartbeat, origin);
        }
    }

    /** Makes it miss so many heartbeats. */
    private void goOffline(int heartbeats) {
        offlineHeartbeats = heartbeats;
        heartbeatsSinceReturn = 0;
    }

    private void happen(Instant at, SimulatedEvent.Origin origin) {
        double gap = -Math.log(1 - world.random().nextDouble());
        long mean = world.scaled(behaviour.betweenHappenings()).toNanos();
        nextHappening = at.plusNanos(1 + (long) (mean * gap));
        List<Reading> readings = behaviour.happening(at);
        if (offlineHeartbeats == 0 && !readings.isEmpty()) {
            readings.forEach(reading -> send(reading, at, origin));
            sendNetworkStatus(at, origin);
        }
    }

    private void beat(Instant at, SimulatedEvent.Origin origin) {
        Duration sinceLast = Duration.between(lastHeartbeat, at);
        lastHeartbeat = at;
        nextHeartbeat = at.plus(world.scaled(
                HEARTBEAT.multipliedBy(80 + world.random().nextInt(41)).dividedBy(100)));
        List<Reading> readings = behaviour.heartbeat(at, sinceLast);
        if (offlineHeartbeats > 0) {
            offlineHeartbeats--;
            remember(readings, at);
            return;
        }
        readings.forEach(reading -> send(reading, at, origin));
        sendNetworkStatus(at, origin);
        sendRareThings(at, origin);
        if (++heartbeatsSinceReturn > 2) {
            backfill(origin);
        }
        if (device.type() != DeviceType.CLOUD_CONNECTOR && world.chance(OFFLINE_CHANCE)) {
            goOffline(4 + world.random().nextInt(30));
        }
    }

    private void remember(List<Reading> readings, Instant at) {
        if (behaviour.remembers() && memory.size() < BACKFILL_CAPACITY) {
            readings.forEach(reading -> memory.addLast(new Remembered(at, reading)));
        }
    }

    private void backfill(SimulatedEvent.Origin origin) {
        boolean past = origin == SimulatedEvent.Origin.PRELOADED;
        for (int i = 0; i < BACKFILL_PER_HEARTBEAT && !memory.isEmpty(); i++) {
            Remembered newest = memory.removeLast();
            String data = newest.reading().data().replace("\"isBackfilled\":false", "\"isBackfilled\":true");
            uplink.send(
                    device,
                    newest.reading().eventType(),
                    data,
                    newest.at(),
                    past ? origin : SimulatedEvent.Origin.BACKFILLED);
        }
    }

    private void send(Reading reading, Instant at, SimulatedEvent.Origin origin) {
        uplink.send(device, reading.eventType(), reading.data(), at, origin);
    }

    private void sendNetworkStatus(Instant at, SimulatedEvent.Origin origin) {
        if (device.type() == DeviceType.CLOUD_CONNECTOR) {
            return;
        }
        for (Device connector : world.connectors()) {
            int strength = 20 + world.random().nextInt(80);
            String values = "\"signalStrength\":" + strength + ",\"rssi\":" + (strength / 2 - 110);
            String data = "{" + values + ",\"cloudConnectors\":[{\"id\":\"" + connector.id() + "\"," + values
                    + "}],\"transmissionMode\":\"LOW_POWER_STANDARD_MODE\"}";
            send(new Reading("networkStatus", data), at, origin);
        }
    }

    private void sendRareThings(Instant at, SimulatedEvent.Origin origin) {
        if (device.type() == DeviceType.CLOUD_CONNECTOR) {
            return;
        }
        if (world.chance(BATTERY_CHANCE)) {
            battery = Math.max(1, battery - world.random().nextInt(2));
            send(new Reading("batteryStatus", "{\"percentage\":" + battery + "}"), at, origin);
        }
        if (world.chance(LABEL_CHANCE)) {
            relabel(at, origin);
        }
    }

    private void relabel(Instant at, SimulatedEvent.Origin origin) {
        String room = String.valueOf(100 + world.random().nextInt(400));
        boolean isNew = !device.edit(Map.of("room", room), List.of()).containsKey("room");
        String change = "{\"room\":\"" + room + "\"}";
        send(
                new Reading(
                        "labelsChanged",
                        "{\"added\":" + (isNew ? change : "{}") + ",\"modified\":" + (isNew ? "{}" : change)
                                + ",\"removed\":[]}"),
                at,
                origin);
    }
}
