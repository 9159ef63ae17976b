package io.github.dtstream.faultproxy;

import io.github.dtstream.time.Sleeper;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** A random but repeatable sequence of faults for a proxy: the seed determines the steps. Not thread-safe. */
public final class FaultSchedule {

    /** A kind of fault. */
    public enum Kind {
        CUT_FIN,
        CUT_RST,
        HALF_FIN,
        HALF_RST,
        BLACK_HOLE,
        REFUSE,
        SLICE,
        DELAY,
        BANDWIDTH
    }

    /**
     * One step.
     *
     * @param calm the time without a fault before the step
     * @param hold the duration of the fault
     * @param amount the parameter of the kind: bytes of a slice or until a cut, bytes a second, milliseconds of a round
     *     trip
     */
    public record Step(Kind kind, Duration calm, Duration hold, int amount) {}

    private final RandomGenerator random;
    private final List<Kind> kinds;
    private final Duration meanCalm;
    private final Duration longestHold;
    private final Map<Kind, Integer> done = new EnumMap<>(Kind.class);

    /**
     * @param kinds the kinds to choose from; empty for all
     */
    public FaultSchedule(long seed, List<Kind> kinds, Duration meanCalm, Duration longestHold) {
        this.random = new SplittableRandom(seed);
        this.kinds = kinds.isEmpty() ? List.of(Kind.values()) : List.copyOf(kinds);
        this.meanCalm = meanCalm;
        this.longestHold = longestHold;
    }

    /** The next step. */
    public Step next() {
        Kind kind = kinds.get(random.nextInt(kinds.size()));
        Duration calm = Duration.ofMillis(random.nextLong(2 * meanCalm.toMillis() + 1));
        Duration hold = Duration.ofMillis(1 + random.nextLong(longestHold.toMillis()));
        int amount =
                switch (kind) {
                    case HALF_FIN, HALF_RST -> 1 + random.nextInt(5000);
                    case SLICE -> 1 + random.nextInt(7);
                    case BANDWIDTH -> 20_000 + random.nextInt(200_000);
                    case DELAY -> 1 + random.nextInt(200);
                    default -> 0;
                };
        return new Step(kind, calm, hold, amount);
    }

    /** Runs a step on a proxy: calm, the fault, and back to normal. */
    public void run(Step step, FaultProxy proxy, Sleeper sleeper) throws InterruptedException {
        sleeper.sleep(step.calm());
        begin(step, proxy);
        sleeper.sleep(step.hold());
        proxy.pass();
        done.merge(step.kind(), 1, Integer::sum);
    }

    private static void begin(Step step, FaultProxy proxy) {
        switch (step.kind()) {
            case CUT_FIN -> proxy.cut(Cut.FIN);
            case CUT_RST -> proxy.cut(Cut.RST);
            case HALF_FIN -> proxy.cutAfter(step.amount(), Cut.FIN);
            case HALF_RST -> proxy.cutAfter(step.amount(), Cut.RST);
            case BLACK_HOLE -> proxy.blackHole();
            case REFUSE -> proxy.refuse();
            case SLICE -> proxy.slice(step.amount(), Duration.ofNanos(100_000));
            case DELAY -> proxy.delay(Duration.ofMillis(step.amount()));
            case BANDWIDTH -> proxy.bandwidth(step.amount());
        }
    }

    /** How many steps of each kind were run. */
    public Map<Kind, Integer> done() {
        return Map.copyOf(done);
    }
}
