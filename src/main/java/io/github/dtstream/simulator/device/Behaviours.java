package io.github.dtstream.simulator.device;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The behaviours of all kinds of devices. */
final class Behaviours {
    private static final int SAMPLES = 3;

    private Behaviours() {}

    static Behaviour of(DeviceType type, Climate world) {
        return switch (type) {
            case TEMPERATURE -> new Thermometer(world, world.random().nextDouble(-22, 24));
            case HUMIDITY -> new Hygrometer(world);
            case TOUCH -> new Silent();
            case PROXIMITY -> new TwoState(world, "objectPresent", "PRESENT", "NOT_PRESENT", Duration.ofMinutes(12));
            case WATER_DETECTOR -> new TwoState(world, "waterPresent", "PRESENT", "NOT_PRESENT", Duration.ofHours(9));
            case MOTION ->
                new TwoState(world, "motion", "MOTION_DETECTED", "NO_MOTION_DETECTED", Duration.ofMinutes(10));
            case CONTACT -> new TwoState(world, "contact", "OPEN", "CLOSED", Duration.ofMinutes(40));
            case DESK_OCCUPANCY ->
                new TwoState(world, "deskOccupancy", "OCCUPIED", "NOT_OCCUPIED", Duration.ofMinutes(50));
            case PROXIMITY_COUNTER -> new Counter(world, "objectPresentCount");
            case TOUCH_COUNTER -> new Counter(world, "touchCount");
            case CO2 -> new AirQuality(world);
            case CLOUD_CONNECTOR -> new Connector(world);
        };
    }

    private static final Reading TOUCHED = new Reading("touch", "{}");

    /** Only reports touches. */
    private static final class Silent implements Behaviour {
        @Override
        public List<Reading> heartbeat(Instant at, Duration sinceLast) {
            return List.of();
        }

        @Override
        public List<Reading> happening(Instant at) {
            return List.of(TOUCHED);
        }

        @Override
        public Duration betweenHappenings() {
            return Duration.ofMinutes(25);
        }
    }

    /** Temperature: a day's curve around a mean, with some noise, and a few samples between heartbeats. */
    private static final class Thermometer implements Behaviour {
        private final Climate world;
        private final double mean;
        private final double swing;

        Thermometer(Climate world, double mean) {
            this.world = world;
            this.mean = mean;
            this.swing = 0.5 + 2 * world.random().nextDouble();
        }

        private String value(Instant at) {
            return Climate.number(mean + swing * world.daylight(at) + world.noise(0.08), 2);
        }

        private Reading reading(Instant at, Duration sinceLast) {
            List<String> samples = new ArrayList<>();
            String newest = value(at);
            for (int i = 0; i < SAMPLES; i++) {
                Instant sampled = at.minus(sinceLast.multipliedBy(i).dividedBy(SAMPLES));
                samples.add("{\"value\":" + (i == 0 ? newest : value(sampled)) + ",\"sampleTime\":\""
                        + EventText.timestamp(sampled) + "\"}");
            }
            return new Reading(
                    "temperature",
                    "{\"value\":" + newest + ",\"samples\":[" + String.join(",", samples)
                            + "],\"isBackfilled\":false}");
        }

        @Override
        public List<Reading> heartbeat(Instant at, Duration sinceLast) {
            return List.of(reading(at, sinceLast));
        }

        @Override
        public List<Reading> happening(Instant at) {
            return List.of(TOUCHED, reading(at, Duration.ZERO));
        }

        @Override
        public boolean remembers() {
            return true;
        }
    }

    /** Temperature and relative humidity, which falls while it gets warmer. */
    private static final class Hygrometer implements Behaviour {
        private final Climate world;
        private final double mean;

        Hygrometer(Climate world) {
            this.world = world;
            this.mean = 19 + 4 * world.random().nextDouble();
        }

        @Override
        public List<Reading> heartbeat(Instant at, Duration sinceLast) {
            double light = world.daylight(at);
            String values = "\"temperature\":" + Climate.number(mean + light + world.noise(0.05), 2)
                    + ",\"relativeHumidity\":" + Climate.number(42 - 6 * light + world.noise(0.5), 1);
            return List.of(new Reading(
                    "humidity",
                    "{" + values + ",\"samples\":[{" + values + ",\"sampleTime\":\"" + EventText.timestamp(at)
                            + "\"}],\"isBackfilled\":false}"));
        }

        @Override
        public List<Reading> happening(Instant at) {
            return List.of(TOUCHED);
        }

        @Override
        public boolean remembers() {
            return true;
        }
    }

    /** A state with two values that is reported when it changes. */
    private static final class TwoState implements Behaviour {
        private final Climate world;
        private final String eventType;
        private final String on;
        private final String off;
        private final Duration between;
        private boolean isOn;

        TwoState(Climate world, String eventType, String on, String off, Duration between) {
            this.world = world;
            this.eventType = eventType;
            this.on = on;
            this.off = off;
            this.between = between;
        }

        @Override
        public List<Reading> heartbeat(Instant at, Duration sinceLast) {
            return List.of();
        }

        @Override
        public List<Reading> happening(Instant at) {
            if (!isOn && !world.isBusy(at)) {
                return List.of();
            }
            isOn = !isOn;
            String remarks = eventType.equals("deskOccupancy") ? ",\"remarks\":[]" : "";
            return List.of(new Reading(eventType, "{\"state\":\"" + (isOn ? on : off) + "\"" + remarks + "}"));
        }

        @Override
        public Duration betweenHappenings() {
            return between;
        }
    }

    /** A counter that is reported at each heartbeat. */
    private static final class Counter implements Behaviour {
        private final Climate world;
        private final String eventType;
        private long total;

        Counter(Climate world, String eventType) {
            this.world = world;
            this.eventType = eventType;
            this.total = world.random().nextInt(5000);
        }

        @Override
        public List<Reading> heartbeat(Instant at, Duration sinceLast) {
            total += world.random().nextInt(world.isBusy(at) ? 9 : 2);
            return List.of(new Reading(eventType, "{\"total\":" + total + "}"));
        }

        @Override
        public List<Reading> happening(Instant at) {
            return List.of(TOUCHED);
        }
    }

    /** Carbon dioxide that rises while people are present, pressure, temperature and humidity. */
    private static final class AirQuality implements Behaviour {
        private final Climate world;
        private final Hygrometer climate;
        private double ppm = 450;

        AirQuality(Climate world) {
            this.world = world;
            this.climate = new Hygrometer(world);
        }

        @Override
        public List<Reading> heartbeat(Instant at, Duration sinceLast) {
            double aim = world.isBusy(at) ? 950 : 430;
            ppm = Math.max(400, ppm + 0.2 * (aim - ppm) + world.noise(15));
            List<Reading> readings = new ArrayList<>();
            readings.add(new Reading("co2", "{\"ppm\":" + Math.round(ppm) + "}"));
            readings.add(new Reading("pressure", "{\"pascal\":" + Math.round(99_300 + world.noise(40)) + "}"));
            readings.addAll(climate.heartbeat(at, sinceLast));
            return readings;
        }

        @Override
        public List<Reading> happening(Instant at) {
            return List.of();
        }
    }

    /** A Cloud Connector, which reports its own connection. */
    private static final class Connector implements Behaviour {
        private final Climate world;
        private boolean cellular;

        Connector(Climate world) {
            this.world = world;
        }

        @Override
        public List<Reading> heartbeat(Instant at, Duration sinceLast) {
            int strength = 60 + world.random().nextInt(40);
            return List.of(
                    new Reading("cellularStatus", "{\"signalStrength\":" + strength + ",\"errors\":[]}"),
                    new Reading(
                            "ethernetStatus",
                            "{\"macAddress\":\"f0:b5:b7:00:0a:08\",\"ipAddress\":\"" + (cellular ? "" : "10.0.0.1")
                                    + "\",\"errors\":[]}"));
        }

        @Override
        public List<Reading> happening(Instant at) {
            cellular = !cellular;
            return List.of(new Reading(
                    "connectionStatus",
                    cellular
                            ? "{\"connection\":\"CELLULAR\",\"available\":[\"CELLULAR\"]}"
                            : "{\"connection\":\"ETHERNET\",\"available\":[\"CELLULAR\",\"ETHERNET\"]}"));
        }

        @Override
        public Duration betweenHappenings() {
            return Duration.ofHours(5);
        }
    }
}
