package io.github.dtstream.proof;

import io.github.dtstream.faultproxy.Cut;
import io.github.dtstream.simulator.Faults;
import io.github.dtstream.simulator.Faults.StreamEnd;
import io.github.dtstream.simulator.stream.ErrorShape;
import io.github.dtstream.simulator.weather.Target;
import io.github.dtstream.simulator.weather.Weather;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** The faults around the router, and in it. */
enum FaultKind {
    NETWORK_FIN((trial, random) -> trial.cloudProxy().cut(Cut.FIN)),
    NETWORK_RST((trial, random) -> trial.cloudProxy().cut(Cut.RST)),
    NETWORK_CUT_IN_A_LINE((trial, random) -> {
        trial.cloudProxy().cutAfter(1 + random.nextInt(5000), either(random));
        trial.pause(300, 600);
    }),
    NETWORK_BLACK_HOLE((trial, random) -> {
        trial.cloudProxy().blackHole();
        trial.pause(200, 3500);
        if (random.nextBoolean()) {
            trial.cloudProxy().cut(either(random));
        }
        trial.cloudProxy().pass();
    }),
    NETWORK_REFUSES((trial, random) -> {
        trial.cloudProxy().refuse();
        trial.pause(100, 1500);
        trial.cloudProxy().pass();
    }),
    NETWORK_TRICKLES((trial, random) -> {
        trial.cloudProxy().slice(50 + random.nextInt(100), Duration.ofMillis(1));
        trial.pause(500, 1000);
        trial.cloudProxy().pass();
    }),
    STREAM_HALF_A_LINE((trial, random) -> trial.cloud()
            .faults()
            .endStreams(random.nextBoolean() ? StreamEnd.HALF_RECORD : StreamEnd.HALF_RECORD_CUT)),
    STREAM_ENDS((trial, random) -> endStreams(trial, random)),
    STREAM_SILENT((trial, random) -> {
        trial.cloud().faults().silence(Duration.ofMillis(500 + random.nextInt(3000)));
        trial.pause(300, 1000);
    }),
    STREAM_STATUS((trial, random) -> {
        respond(trial, Target.STREAM, random);
        trial.cloudProxy().cut(either(random));
    }),
    STREAM_ERROR_A((trial, random) -> streamError(trial, ErrorShape.A, random, 1, 8, 13, 14, 500, 503)),
    STREAM_ERROR_B((trial, random) -> streamError(trial, ErrorShape.B, random, 1, 13, 14, 500, 503)),
    STREAM_ERROR_C((trial, random) -> streamError(trial, ErrorShape.C, random, 500, 503)),
    STREAM_GARBAGE((trial, random) -> {
        Faults faults = trial.cloud().faults();
        faults.illegalIdentifiers();
        faults.rawRecord("{\"result\":{\"event\":{\"eventId\":\"tr");
        faults.oversizeRecord((1 << 20) + 1000);
    }),
    TOKEN_STATUS((trial, random) -> {
        respond(trial, Target.TOKEN, random);
        trial.cloud().faults().revokeTokens();
    }),
    HISTORY_STATUS((trial, random) -> {
        respond(trial, Target.HISTORY, random);
        trial.cloudProxy().cut(either(random));
    }),
    DEVICES_STATUS((trial, random) -> {
        respond(trial, Target.DEVICES, random);
        trial.cloudProxy().cut(either(random));
    }),
    EVENTS_TWICE((trial, random) -> trial.cloud().faults().duplicate(1 + random.nextInt(100))),
    EVENTS_LATE((trial, random) ->
            trial.cloud().faults().late(1 + random.nextInt(30), Duration.ofSeconds(random.nextInt(30)))),
    CLOCK_SKEW((trial, random) -> {
        Duration ahead = Duration.ofMinutes(random.nextInt(-180, 180));
        trial.cloud().faults().clockSkew(ahead);
        trial.cloudProxy().shiftDates(ahead);
        trial.cloud().faults().revokeTokens();
        trial.pause(1000, 2500);
        trial.cloud().faults().clockSkew(Duration.ZERO);
        trial.cloudProxy().pass();
    }),
    WEATHER_ON_STREAM((trial, random) -> {
        Duration time = Duration.ofMillis(500 + random.nextInt(2000));
        Weather met = trial.meetWeather(Target.STREAM, time);
        trial.cloudProxy().cut(either(random));
        trial.pause(time);
        if (beginsWell(met)) {
            trial.pause(4000, 6000);
        }
    }),
    WEATHER_ON_TOKEN((trial, random) -> {
        Duration time = Duration.ofMillis(500 + random.nextInt(2000));
        trial.meetWeather(Target.TOKEN, time);
        trial.cloud().faults().revokeTokens();
        trial.pause(time);
    }),
    WEATHER_ON_HISTORY((trial, random) -> missEventsInWeather(trial, Target.HISTORY, random)),
    WEATHER_ON_DEVICES((trial, random) -> missEventsInWeather(trial, Target.DEVICES, random)),
    WEATHER_CHANGES((trial, random) -> {
        trial.cloud().faults().changingWeather(random.nextLong(), Duration.ofSeconds(20));
        trial.pause(20_000, 25_000);
    }),
    ROUTER_FROZEN((trial, random) -> trial.freeze(Duration.ofSeconds(66 + random.nextInt(30)))),
    CLOCK_STEPS((trial, random) -> {
        trial.setClock(trial.anyOffset());
        trial.missEvents(500, 2000);
    }),
    CLOCK_STEPS_IN_A_GAP((trial, random) -> {
        trial.cloudProxy().refuse();
        trial.pause(500, 1000);
        trial.setClock(trial.anyOffset());
        trial.cloudProxy().pass();
    }),
    CLOCK_DRIFTS((trial, random) -> {
        Duration perSecond = Duration.ofSeconds(20 + random.nextInt(40));
        trial.letClockDrift(Duration.ofSeconds(4), random.nextBoolean() ? perSecond : perSecond.negated());
        trial.cloudProxy().refuse();
        trial.letClockDrift(Duration.ofSeconds(2), random.nextBoolean() ? perSecond : perSecond.negated());
        trial.cloudProxy().pass();
        trial.letClockDrift(Duration.ofSeconds(2), perSecond);
    }),
    ROUTER_TERMINATED_AND_CLOCK_LOST((trial, random) -> trial.restartWithAnOldClock(false)),
    ROUTER_KILLED_AND_CLOCK_LOST((trial, random) -> trial.restartWithAnOldClock(true)),
    ROUTER_KILLED((trial, random) -> trial.restart(true)),
    ROUTER_KILLED_IN_A_FILL((trial, random) -> trial.killInAFill()),
    ROUTER_KILLED_AT_A_SEGMENT_ROLL((trial, random) -> trial.killAtASegmentRoll()),
    ROUTER_KILLED_AT_A_CURSOR_WRITE((trial, random) -> trial.killAtACursorWrite()),
    ROUTER_KILLED_AT_AN_ALARM_SNAPSHOT((trial, random) -> trial.killAtAnAlarmSnapshot()),
    ROUTER_KILLED_AT_AN_ALARM_WRITE((trial, random) -> trial.killAtAnAlarmWrite()),
    ROUTER_TERMINATED((trial, random) -> trial.restart(false)),
    ROUTER_KILLED_WITHOUT_CLOUD((trial, random) -> {
        trial.cloudProxy().refuse();
        trial.restartAmidst(true);
        trial.cloudProxy().pass();
    }),
    ROUTER_KILLED_WITHOUT_BROKER((trial, random) -> {
        trial.brokerProxy().refuse();
        trial.restartAmidst(true);
        trial.brokerProxy().pass();
    }),
    ROUTER_TERMINATED_WITHOUT_BROKER((trial, random) -> {
        trial.brokerProxy().blackHole();
        trial.pause(0, 500);
        trial.restartAmidst(false);
        trial.brokerProxy().pass();
    }),
    /** As many messages as possible are on their way to the broker, without an acknowledgement. */
    ROUTER_KILLED_ON_A_LONG_LINE((trial, random) -> {
        trial.makeLineToBrokerLong();
        trial.restartAmidst(true);
        trial.brokerProxy().pass();
    }),
    ROUTER_KILLED_ON_A_FULL_DISK((trial, random) -> trial.fillDisk(() -> trial.restartAmidst(true))),
    MQTT_CUT((trial, random) -> trial.brokerProxy().cut(either(random))),
    MQTT_CUT_ON_A_LONG_LINE((trial, random) -> {
        trial.makeLineToBrokerLong();
        trial.brokerProxy().cut(either(random));
        trial.brokerProxy().pass();
    }),
    MQTT_BLACK_HOLE((trial, random) -> {
        trial.brokerProxy().blackHole();
        trial.pause(200, 3000);
        trial.brokerProxy().cut(either(random));
        trial.brokerProxy().pass();
    }),
    BROKER_STOPPED((trial, random) -> trial.interruptBroker(false)),
    BROKER_KILLED((trial, random) -> trial.interruptBroker(true)),
    DISK_FULL((trial, random) -> trial.fillDisk(() -> trial.pause(1000, 4000))),
    /** Received records cannot be written, so nothing more is read, and then the cloud ends the connection. */
    DISK_HOLDS_THE_READER((trial, random) -> trial.fillDisk(() -> {
        trial.pause(1000, 2000);
        endStreams(trial, random);
        trial.pause(2000, 6000);
    })),
    /** The same for longer than the overlap of a gap's window. */
    DISK_HOLDS_THE_READER_FOR_LONG((trial, random) -> trial.fillDisk(() -> {
        trial.pause(1000, 2000);
        endStreams(trial, random);
        trial.pause(66_000, 90_000);
    }));

    /** The faults that end the router. */
    static final Set<FaultKind> KILLS = EnumSet.of(
            ROUTER_KILLED,
            ROUTER_KILLED_AND_CLOCK_LOST,
            ROUTER_KILLED_IN_A_FILL,
            ROUTER_KILLED_AT_A_SEGMENT_ROLL,
            ROUTER_KILLED_AT_A_CURSOR_WRITE,
            ROUTER_KILLED_AT_AN_ALARM_SNAPSHOT,
            ROUTER_KILLED_AT_AN_ALARM_WRITE,
            ROUTER_KILLED_WITHOUT_CLOUD,
            ROUTER_KILLED_WITHOUT_BROKER,
            ROUTER_KILLED_ON_A_LONG_LINE,
            ROUTER_KILLED_ON_A_FULL_DISK);

    /** The faults that only affect the link to the broker. */
    static final Set<FaultKind> ON_MQTT =
            EnumSet.of(MQTT_CUT, MQTT_CUT_ON_A_LONG_LINE, MQTT_BLACK_HOLE, BROKER_STOPPED, BROKER_KILLED);

    /** The faults that need a disk that can be filled. */
    static final Set<FaultKind> ON_DISK =
            EnumSet.of(DISK_FULL, DISK_HOLDS_THE_READER, DISK_HOLDS_THE_READER_FOR_LONG, ROUTER_KILLED_ON_A_FULL_DISK);

    /** The faults that need a clock that can be wrong. */
    static final Set<FaultKind> ON_CLOCK = EnumSet.of(
            CLOCK_STEPS,
            CLOCK_STEPS_IN_A_GAP,
            CLOCK_DRIFTS,
            ROUTER_TERMINATED_AND_CLOCK_LOST,
            ROUTER_KILLED_AND_CLOCK_LOST);

    /**
     * The kinds of weather: another server answers in the cloud's place, or the cloud's answer is changed; with the
     * affected part of the API.
     */
    static final Map<FaultKind, Target> WEATHER = new EnumMap<>(Map.of(
            WEATHER_ON_STREAM, Target.STREAM,
            WEATHER_ON_TOKEN, Target.TOKEN,
            WEATHER_ON_HISTORY, Target.HISTORY,
            WEATHER_ON_DEVICES, Target.DEVICES));

    /** The weathers that show only after some pings. */
    private static final Set<Weather> BEGIN_WELL =
            EnumSet.of(Weather.BLANK_LINES, Weather.COMMENTS, Weather.EMPTY_OBJECTS, Weather.HALF_LINES);

    /** The faults that take more than a minute. */
    static final Set<FaultKind> LONG = EnumSet.of(ROUTER_FROZEN, DISK_HOLDS_THE_READER_FOR_LONG);

    /** The faults after which the router may end by itself, as it cannot start without room on the disk. */
    static final Set<FaultKind> MAY_END_THE_ROUTER = EnumSet.of(ROUTER_KILLED_ON_A_FULL_DISK);

    private final Strike strike;

    FaultKind(Strike strike) {
        this.strike = strike;
    }

    private interface Strike {
        void on(Trial trial, RandomGenerator random) throws Exception;
    }

    /** Causes the fault; when this returns, the cause is gone or ends by itself. */
    void strike(Trial trial, RandomGenerator random) throws Exception {
        strike.on(trial, random);
    }

    /**
     * The faults that need neither a small disk, a wrong clock, much time nor good weather, do not affect MQTT, and
     * kill nothing.
     */
    static Set<FaultKind> harmless() {
        Set<FaultKind> kinds = EnumSet.complementOf(EnumSet.of(ROUTER_TERMINATED_WITHOUT_BROKER, WEATHER_CHANGES));
        kinds.removeAll(KILLS);
        kinds.removeAll(ON_DISK);
        kinds.removeAll(ON_CLOCK);
        kinds.removeAll(ON_MQTT);
        kinds.removeAll(WEATHER.keySet());
        kinds.removeAll(LONG);
        return kinds;
    }

    /** Makes a gap, while the requests of its fill meet a weather. */
    private static void missEventsInWeather(Trial trial, Target target, RandomGenerator random) throws Exception {
        Duration time = Duration.ofMillis(2000 + random.nextInt(2000));
        trial.meetWeather(target, time);
        trial.missEvents(300, 800);
        trial.pause(time);
    }

    private static boolean beginsWell(Weather weather) {
        return BEGIN_WELL.contains(weather);
    }

    private static Cut either(RandomGenerator random) {
        return random.nextBoolean() ? Cut.FIN : Cut.RST;
    }

    private static void endStreams(Trial trial, RandomGenerator random) {
        trial.cloud().faults().endStreams(random.nextBoolean() ? StreamEnd.END_OF_BODY : StreamEnd.CUT);
    }

    private static void respond(Trial trial, Target target, RandomGenerator random) {
        int times = 1 + random.nextInt(2);
        switch (random.nextInt(4)) {
            case 0 -> trial.cloud().faults().respond(target, times, 429, "1");
            case 1 -> trial.cloud().faults().respond(target, times, 500);
            case 2 -> trial.cloud().faults().respond(target, times, 502);
            default -> trial.cloud().faults().respond(target, times, 503, "1");
        }
    }

    private static void streamError(Trial trial, ErrorShape shape, RandomGenerator random, int... codes) {
        trial.cloud().faults().streamError(shape, codes[random.nextInt(codes.length)], "made up by the proof");
    }
}
