package io.github.dtstream.proof;

import java.util.List;

/**
 * The result of a trial of several routers.
 *
 * @param wrong what must not have happened, in words; empty if all is well
 * @param streams the deliveries of the route that runs on the holders of streams
 * @param partitions those of the route that the routers share
 * @param story the faults and their times
 */
record GroupVerdict(
        List<String> wrong, Figures figures, Repetitions streams, Repetitions partitions, Pauses pauses, String story) {
    /**
     * What a route delivered more than once.
     *
     * @param moves how often a stream or partition was delivered by another router than before
     * @param repeated how many deliveries were repetitions
     * @param most the most that a router repeated of a stream or partition after a move
     */
    record Repetitions(int moves, int repeated, int most) {
        static Repetitions of(DeliverySink sink) {
            return new Repetitions(sink.moves(), sink.repeated(), sink.mostRepeated());
        }

        private String report(String what) {
            return "\nmoves of a " + pad(what, 29) + moves
                    + "\nrepeated deliveries after these moves   " + repeated
                    + "\nmost repeated after one of them         " + most + " (at most " + GroupTrial.BATCH + ")";
        }

        private static String pad(String text, int length) {
            return text + " ".repeat(length - text.length());
        }
    }

    /**
     * What was found in the topics.
     *
     * @param events how many events the cloud produced
     * @param notCounting how many records are in topics without counting, as their writer was fenced or crashed
     * @param fromHistory how many events came from history
     * @param late how many of these are behind a live event of the same device that was sent later
     */
    record Figures(long events, long notCounting, long fromHistory, long late) {
        static final Figures NONE = new Figures(0, 0, 0, 0);

        Figures plus(TopicContents topic, Oracle oracle) {
            return new Figures(
                    events + oracle.events().size(),
                    notCounting + topic.notCounting(),
                    fromHistory
                            + topic.entries().stream()
                                    .filter(entry -> !entry.isPing() && !entry.isLive())
                                    .count(),
                    late + topic.lateFromHistory(oracle));
        }
    }

    boolean isGood() {
        return wrong.isEmpty();
    }

    /** For people. */
    String report() {
        return pauses
                + "\nevents                                  " + figures.events()
                + "\nof them from history                    " + figures.fromHistory()
                + "\nbehind a later live event of the device " + figures.late()
                + "\nrecords of transactions that were aborted " + figures.notCounting()
                + streams.report("stream")
                + partitions.report("partition, shared route")
                + "\nwrong                                   " + wrong.size() + "\n";
    }
}
