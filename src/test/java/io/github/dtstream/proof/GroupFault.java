package io.github.dtstream.proof;

import java.time.Duration;
import java.util.Random;

/** The faults among several routers and brokers. */
enum GroupFault {
    /** SIGKILL; another process of the same router starts later. */
    HOLDER_KILLED(6, true, 2, 8, GroupTrial::killHolder),
    /** SIGSTOP; when it goes on, it does not know yet that it has lost its streams. */
    HOLDER_FROZEN(2, true, 20, 20, GroupTrial::freezeHolder),
    HOLDER_CUT_FROM_KAFKA(2, true, 15, 25, GroupTrial::cutHolderFromKafka),
    /** Shorter than the time after which it gives its streams up. */
    HOLDER_CUT_FROM_CLOUD_FOR_A_MOMENT(1, false, 3, 8, trial -> trial.cutHolderFromCloud(false)),
    HOLDER_CUT_FROM_CLOUD(1, true, 75, 80, trial -> trial.cutHolderFromCloud(true)),
    /** A writer that was late takes the journal over although the group has not assigned the stream to it. */
    HOLDER_FENCED(1, true, 0, 0, GroupTrial::fenceHolder),
    /** SIGTERM; it starts again later, so that streams move twice. */
    ROUTER_LEAVES(2, true, 2, 8, GroupTrial::stopARouter),
    /** A router leaves and joins while ten times as many events come. */
    REBALANCED_UNDER_LOAD(1, true, 5, 10, GroupTrial::rebalanceUnderLoad),
    ROUTERS_RESTARTED_IN_TURN(1, true, 0, 0, GroupTrial::restartRoutersInTurn),
    BROKER_KILLED(3, true, 12, 20, GroupTrial::killBroker),
    BROKER_FROZEN(1, true, 12, 20, GroupTrial::freezeBroker);

    private final int times;
    private final boolean bearable;
    private final int leastSeconds;
    private final int mostSeconds;
    private final Cause cause;

    /** Makes a fault happen, and returns how it ends. */
    @FunctionalInterface
    interface Cause {
        GroupTrial.Ongoing begin(GroupTrial trial) throws Exception;
    }

    /** @param bearable whether everything is delivered while the fault lasts */
    GroupFault(int times, boolean bearable, int leastSeconds, int mostSeconds, Cause cause) {
        this.times = times;
        this.bearable = bearable;
        this.leastSeconds = leastSeconds;
        this.mostSeconds = mostSeconds;
        this.cause = cause;
    }

    /** How often it happens in a round of a long trial. */
    int times() {
        return times;
    }

    boolean isOfABroker() {
        return this == BROKER_KILLED || this == BROKER_FROZEN;
    }

    /** Whether everything is delivered while the fault lasts. */
    boolean isBearable() {
        return bearable;
    }

    Duration length(Random random) {
        return Duration.ofMillis(1000L * leastSeconds + random.nextInt(1000 * (mostSeconds - leastSeconds) + 1));
    }

    GroupTrial.Ongoing begin(GroupTrial trial) throws Exception {
        return cause.begin(trial);
    }
}
