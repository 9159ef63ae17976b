package io.github.dtstream.app.command;

import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.time.Sleeper;
import java.time.Duration;
import java.util.Map;

/**
 * A door of the demo that stays open for a while, so that the rule {@code demo-door} of the shipped {@code alarms.yaml}
 * raises an alarm and clears it. It runs once, in a thread of its own.
 */
final class DemoDoor implements Runnable {
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration CLOSED = Duration.ofSeconds(8);
    /** Longer than the rule waits before it raises the alarm. */
    private static final Duration OPEN = Duration.ofSeconds(15);

    private final SimulatedCloud cloud;
    private final String door;
    private final Sleeper sleeper;

    /** Adds the door to the cloud. */
    DemoDoor(SimulatedCloud cloud, Sleeper sleeper) {
        this.cloud = cloud;
        this.door = cloud.addDevice(DeviceType.CONTACT, Map.of("name", "Demo door", "demo", "door"));
        this.sleeper = sleeper;
    }

    @Override
    public void run() {
        try {
            while (cloud.openStreams() == 0) {
                sleeper.sleep(LOOK);
            }
            sleeper.sleep(CLOSED);
            cloud.publish(door, "contact", "{\"state\":\"OPEN\"}");
            sleeper.sleep(OPEN);
            cloud.publish(door, "contact", "{\"state\":\"CLOSED\"}");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
