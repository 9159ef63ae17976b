package io.github.dtstream.simulator;

import io.github.dtstream.simulator.device.Climate;
import io.github.dtstream.simulator.device.Device;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.Sensor;
import io.github.dtstream.simulator.device.SimulatedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * Sensors that act by a clock. The seed and the start determine their actions and the times; the time of a call does
 * not matter. Used by one thread at a time.
 */
final class Fleet {
    private static final DeviceType[] MIX = {
        DeviceType.TEMPERATURE,
        DeviceType.HUMIDITY,
        DeviceType.TEMPERATURE,
        DeviceType.PROXIMITY,
        DeviceType.CO2,
        DeviceType.MOTION,
        DeviceType.WATER_DETECTOR,
        DeviceType.TOUCH,
        DeviceType.CONTACT,
        DeviceType.DESK_OCCUPANCY,
        DeviceType.TOUCH_COUNTER,
        DeviceType.PROXIMITY_COUNTER
    };
    private static final int SENSORS_PER_CONNECTOR = 15;

    private final Project project;

    private final PriorityQueue<Sensor> sensors = new PriorityQueue<>(Comparator.comparing(Sensor::due)
            .thenComparing(sensor -> sensor.device().id()));

    /**
     * @param count how many sensors; one or two Cloud Connectors are added
     * @param start when they begin to act
     */
    Fleet(Project project, RandomGenerator random, int count, double speed, Instant start) {
        this.project = project;
        List<Device> connectors = project.addDevices(count > SENSORS_PER_CONNECTOR ? 2 : 1, DeviceType.CLOUD_CONNECTOR);
        Climate world = new Climate(random, speed, start, connectors);
        List<Device> devices = new ArrayList<>(connectors);
        for (int i = 0; i < count; i++) {
            devices.addAll(project.addDevices(1, MIX[i % MIX.length]));
        }
        devices.forEach(device -> sensors.add(new Sensor(device, world, project::publish)));
    }

    /** Performs all actions that are due; a device that has left the project does nothing. */
    void advanceTo(Instant now, SimulatedEvent.Origin origin) {
        while (!sensors.isEmpty() && !sensors.element().due().isAfter(now)) {
            Sensor first = sensors.remove();
            if (project.device(first.device().id()).isEmpty()) {
                continue;
            }
            first.act(origin);
            sensors.add(first);
        }
    }

    List<Sensor> sensors() {
        return List.copyOf(sensors);
    }
}
