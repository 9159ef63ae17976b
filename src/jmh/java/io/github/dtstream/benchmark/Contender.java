package io.github.dtstream.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * One way to forward the stream.
 *
 * @param name as shown in the table
 * @param sinks where it can deliver events
 * @param share of the number of events that others get: a slow contender need not take minutes
 * @param figures what is measured
 * @param needs commands that must work; otherwise the contender is left out
 */
record Contender(
        String name, Set<Sink> sinks, double share, Set<Figure> figures, List<List<String>> needs, Command command) {
    /** Where events go. */
    enum Sink {
        FILES,
        MQTT,
        BOTH
    }

    /** What can be measured. */
    enum Figure {
        START,
        THROUGHPUT,
        LATENCY,
        /** Latency and CPU at one event a second. */
        QUIET
    }

    /** How to start it. */
    interface Command {
        List<ProcessBuilder> pipeline(Setup setup) throws IOException;
    }

    /** Returns the contender of that name, if it takes part. */
    static Contender named(String name, List<Contender> present) {
        return present.stream()
                .filter(contender -> contender.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Whether it is this project's router, which holds its stream open for ever. */
    boolean isRouter() {
        return name.startsWith("router");
    }
}
