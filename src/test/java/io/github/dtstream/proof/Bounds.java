package io.github.dtstream.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How many events may be repeated after each end: after a kill of the router, and for MQTT also after a fault of the
 * link or the broker.
 *
 * <p>The router hands out events in the order of its journal, each once per process, and never more than {@link
 * Trial#BATCH} beyond its cursor, which never goes back. So everything that it had handed out when it was killed is
 * less than a batch beyond the cursor; that also holds for each process before, as the cursor was not further then. The
 * next process begins at the cursor. The events that it delivers again are therefore within one batch, and it delivers
 * them once: from one kill to the next at most a batch is repeated, however soon the next kill comes and however much
 * of the repetition the process before had left. Within a process, MQTT publishes unacknowledged messages again on a
 * new connection, which are part of the same batch. So from one connection to the next, at most a batch is repeated,
 * too.
 *
 * <p>The end before each record must be known exactly, or a late record would count as one too many. For files, the
 * mark is their length after the router has died and before the next one starts: nobody writes then. For MQTT there is
 * no such moment, as the broker, the link and the subscriber hold messages for a while. So the mark travels with the
 * messages: each connection of the router begins with {@code online} on the topic of its presence, with the same
 * quality of service as the events, and a broker forwards to a subscriber in the order of receipt. All messages between
 * two such marks came on one connection, however late they arrive. As a connection ends only by an end, no more
 * connections may repeat events than there were ends, and the first may not repeat any.
 */
final class Bounds {
    /** A router that was stopped, or was held up by its disk, may find that it has lost its broker. */
    private static final Set<FaultKind> OTHER_ENDS_OF_MQTT = Set.of(
            FaultKind.ROUTER_TERMINATED_WITHOUT_BROKER,
            FaultKind.ROUTER_FROZEN,
            FaultKind.DISK_HOLDS_THE_READER_FOR_LONG);

    private Bounds() {}

    /** The number of ends for the subscriber that writes files. */
    static int endsOfFiles(FaultLog log) {
        return log.count(FaultKind.KILLS);
    }

    /** The number of ends for the subscriber that publishes to MQTT. */
    static int endsOfMqtt(FaultLog log) {
        return endsOfFiles(log) + log.count(FaultKind.ON_MQTT) + log.count(OTHER_ENDS_OF_MQTT);
    }

    /** The repetitions of a sink beyond the bounds, in words; empty if there are none. */
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
