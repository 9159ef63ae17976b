package io.github.dtstream.proof;

import java.util.Set;

/** How many events may come twice, given what happened. */
final class Bounds {
    private Bounds() {}

    /** A router that is killed repeats what its subscriber had written and not yet noted: one batch. */
    static long inFiles(FaultLog log) {
        return (long) log.count(FaultKind.KILLS) * Trial.BATCH;
    }

    /** Whatever had not been acknowledged when the router or the link went is published again: all batches in flight. */
    static long inMqtt(FaultLog log) {
        int ends = log.count(FaultKind.KILLS)
                + log.count(FaultKind.ON_MQTT)
                + log.count(Set.of(FaultKind.ROUTER_TERMINATED_WITHOUT_BROKER));
        return (long) ends * Trial.BATCHES_IN_FLIGHT * Trial.BATCH;
    }
}
