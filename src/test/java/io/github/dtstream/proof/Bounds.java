package io.github.dtstream.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How many events may come again after each end: after a kill of the router, and for MQTT also after a fault of the link
 * or the broker.
 *
 * <p>The router hands out events in the order of its journal, each once in its life, and never more than {@link Trial#BATCH}
 * beyond its cursor, which never goes back. So what it had handed out when it was killed is less than a batch beyond the
 * cursor; that holds for each life before, too, as the cursor then stood no further. The next life begins at the cursor. What
 * it delivers again therefore lies within one batch, and it delivers that once: from one kill to the next at most a batch
 * comes again, however soon the next kill comes and whatever the one before had left half repeated. In a life, MQTT publishes
 * again on a new connection what was not acknowledged on the one before, which is a part of the same batch. So from one
 * connection to the next, at most a batch comes again, too.
 *
 * <p>Which end a record comes after has to be known exactly, or a late one would be taken for one too many. For files, the
 * mark is their length when the router is dead and the next is not started: nobody writes then. For MQTT no such moment
 * exists, as the broker, the link and the subscriber hold messages for a while. So the mark comes by the same way: each
 * connection of the router begins with {@code online} on the topic of its presence, with the same quality of service as the
 * events, and a broker passes on to a subscriber in the order in which it received. What lies between two such marks came
 * on one connection, however late it arrives. As connections may end only by an end, no more of them than there were ends
 * may repeat anything, and the first may not.
 */
final class Bounds {
    /** A router that stood still, or was held by its disk, may find that it has lost its broker. */
    private static final Set<FaultKind> OTHER_ENDS_OF_MQTT = Set.of(
            FaultKind.ROUTER_TERMINATED_WITHOUT_BROKER,
            FaultKind.ROUTER_FROZEN,
            FaultKind.DISK_HOLDS_THE_READER_FOR_LONG);

    private Bounds() {}

    /** How many ends there were for the subscriber that writes files. */
    static int endsOfFiles(FaultLog log) {
        return log.count(FaultKind.KILLS);
    }

    /** How many ends there were for the subscriber that publishes to MQTT. */
    static int endsOfMqtt(FaultLog log) {
        return endsOfFiles(log) + log.count(FaultKind.ON_MQTT) + log.count(OTHER_ENDS_OF_MQTT);
    }

    /** What of a sink's repetitions is out of bounds, in words; empty if nothing is. */
    static List<String> exceeded(Findings findings, int ends) {
        List<String> exceeded = new ArrayList<>();
        if (findings.unprovoked() > 0) {
            exceeded.add(findings.unprovoked() + " duplicates before anything had ended");
        }
        if (findings.mostAfterOneEnd() > Trial.BATCH) {
            exceeded.add(findings.mostAfterOneEnd() + " duplicates after one end, more than " + Trial.BATCH);
        }
        if (findings.endsThatRepeated() > ends) {
            exceeded.add("duplicates after " + findings.endsThatRepeated() + " ends, of which there were " + ends);
        }
        return exceeded;
    }
}
