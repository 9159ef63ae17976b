package io.github.dtstream.proof;

import io.github.dtstream.faultproxy.Cut;
import io.github.dtstream.simulator.Faults;
import io.github.dtstream.simulator.Faults.ErrorShape;
import io.github.dtstream.simulator.Faults.StreamEnd;
import io.github.dtstream.simulator.Faults.Target;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What can go wrong around the router, and with it. */
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
    STREAM_ENDS((trial, random) ->
            trial.cloud().faults().endStreams(random.nextBoolean() ? StreamEnd.END_OF_BODY : StreamEnd.CUT)),
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
    ROUTER_KILLED((trial, random) -> trial.restart(true)),
    ROUTER_KILLED_IN_A_FILL((trial, random) -> trial.killInAFill()),
    ROUTER_KILLED_AT_A_SEGMENT_ROLL((trial, random) -> trial.killAtASegmentRoll()),
    ROUTER_KILLED_AT_A_CURSOR_WRITE((trial, random) -> trial.killAtACursorWrite()),
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
    /** As much as may be on its way to the broker is there, and not acknowledged. */
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
    DISK_FULL((trial, random) -> trial.fillDisk(() -> trial.pause(1000, 4000)));

    /** What ends the router without its will. */
    static final Set<FaultKind> KILLS = EnumSet.of(
            ROUTER_KILLED,
            ROUTER_KILLED_IN_A_FILL,
            ROUTER_KILLED_AT_A_SEGMENT_ROLL,
            ROUTER_KILLED_AT_A_CURSOR_WRITE,
            ROUTER_KILLED_WITHOUT_CLOUD,
            ROUTER_KILLED_WITHOUT_BROKER,
            ROUTER_KILLED_ON_A_LONG_LINE,
            ROUTER_KILLED_ON_A_FULL_DISK);

    /** What hits the link to the broker only. */
    static final Set<FaultKind> ON_MQTT =
            EnumSet.of(MQTT_CUT, MQTT_CUT_ON_A_LONG_LINE, MQTT_BLACK_HOLE, BROKER_STOPPED, BROKER_KILLED);

    /** What needs a disk that can be filled. */
    static final Set<FaultKind> ON_DISK = EnumSet.of(DISK_FULL, ROUTER_KILLED_ON_A_FULL_DISK);

    private final Strike strike;

    FaultKind(Strike strike) {
        this.strike = strike;
    }

    private interface Strike {
        void on(Trial trial, RandomGenerator random) throws Exception;
    }

    /** Lets it happen; on return the cause is gone, or goes by itself. */
    void strike(Trial trial, RandomGenerator random) throws Exception {
        strike.on(trial, random);
    }

    /** What neither needs a small disk nor ends the router without its will, and leaves MQTT alone. */
    static Set<FaultKind> harmless() {
        Set<FaultKind> kinds = EnumSet.complementOf(EnumSet.of(ROUTER_TERMINATED_WITHOUT_BROKER));
        kinds.removeAll(KILLS);
        kinds.removeAll(ON_DISK);
        kinds.removeAll(ON_MQTT);
        return kinds;
    }

    private static Cut either(RandomGenerator random) {
        return random.nextBoolean() ? Cut.FIN : Cut.RST;
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
