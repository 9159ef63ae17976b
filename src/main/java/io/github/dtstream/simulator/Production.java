package io.github.dtstream.simulator;

import io.github.dtstream.simulator.device.Device;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.stream.StreamHub;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The threads that make devices send. Thread-safe by its lock. */
final class Production implements AutoCloseable {
    /** How many events of a flood may wait for a reader. */
    private static final int FLOOD_WINDOW = 4096;

    private static final long LONGEST_TICK_MILLIS = 50;
    private static final long TICK_MILLIS = 10;

    private final Project project;
    private final StreamHub streams;
    private final Clock clock;
    private final RandomGenerator random;
    private final List<Worker> producers = new ArrayList<>();
    private @Nullable Worker sensors;

    Production(Project project, StreamHub streams, Clock clock, RandomGenerator random) {
        this.project = project;
        this.streams = streams;
        this.clock = clock;
        this.random = random;
    }

    /** A thread that can be ended. */
    private static final class Worker extends Thread {
        private final Consumer<Worker> task;
        private volatile boolean stopped;

        Worker(String name, Consumer<Worker> task) {
            super(name);
            setDaemon(true);
            this.task = task;
        }

        @Override
        public void run() {
            task.accept(this);
        }

        boolean isStopped() {
            return stopped;
        }

        void end() {
            stopped = true;
            LockSupport.unpark(this);
            boolean interrupted = false;
            while (isAlive() && Thread.currentThread() != this) {
                try {
                    join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    void preload(Duration span, int eventsPerDevice) {
        Instant now = clock.instant();
        Duration step = span.dividedBy(eventsPerDevice);
        for (int i = eventsPerDevice; i > 0; i--) {
            Instant at = now.minus(step.multipliedBy(i));
            for (Device device : project.devices()) {
                project.publish(device, "temperature", temperature(i), at, SimulatedEvent.Origin.PRELOADED);
            }
        }
    }

    private static String temperature(long number) {
        return "{\"value\":" + (15 + number % 100 / 10) + "." + number % 10 + "}";
    }

    synchronized void produce(double perSecond) {
        if (!(perSecond >= 0.1 && perSecond <= 100_000)) {
            throw new IllegalArgumentException("rate is " + perSecond + " a second; it must be 0.1 to 100000");
        }
        List<Device> devices = devices();
        start(new Worker("simulator-rate", worker -> {
            Instant begin = clock.instant();
            for (long sent = 0; !worker.isStopped(); ) {
                double seconds = Duration.between(begin, clock.instant()).toNanos() / 1e9;
                for (long due = (long) (seconds * perSecond); sent < due && !worker.isStopped(); sent++) {
                    send(devices, sent);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis(perSecond)));
            }
        }));
    }

    /** Short beside the time between two events, so that a hundred projects with few events take little CPU. */
    private static long pauseMillis(double perSecond) {
        return Math.max(TICK_MILLIS, Math.min(LONGEST_TICK_MILLIS, (long) (100 / perSecond)));
    }

    synchronized void flood(long events) {
        List<Device> devices = devices();
        start(new Worker("simulator-flood", worker -> {
            for (long sent = 0; sent < events && !worker.isStopped(); sent++) {
                while (!streams.hasRoom(FLOOD_WINDOW) && !worker.isStopped()) {
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
                }
                send(devices, sent);
            }
        }));
    }

    private void start(Worker worker) {
        producers.add(worker);
        worker.start();
    }

    private List<Device> devices() {
        if (project.devices().isEmpty()) {
            project.addDevices(2, DeviceType.TEMPERATURE);
        }
        return List.copyOf(project.devices());
    }

    private void send(List<Device> devices, long number) {
        project.publish(devices.get((int) (number % devices.size())), "temperature", temperature(number));
    }

    /** Makes a fleet, runs it through the past, and then by the clock. */
    synchronized void startSensors(int count, double speed, Duration past) {
        Fleet fleet = new Fleet(project, random, count, speed, clock.instant().minus(past));
        fleet.advanceTo(clock.instant(), SimulatedEvent.Origin.PRELOADED);
        Worker worker = new Worker("simulator-sensors", self -> {
            while (!self.isStopped()) {
                fleet.advanceTo(clock.instant(), SimulatedEvent.Origin.LIVE);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
            }
        });
        sensors = worker;
        worker.start();
    }

    synchronized void stop() {
        producers.forEach(Worker::end);
        producers.clear();
    }

    synchronized void stopSensors() {
        if (sensors != null) {
            sensors.end();
            sensors = null;
        }
    }

    @Override
    public void close() {
        stop();
        stopSensors();
    }
}
