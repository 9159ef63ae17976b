package io.github.dtstream.proof;

import java.util.List;

/**
 * The result of a trial of several routers.
 *
 * @param wrong what must not have happened, in words; empty if all is well
 * @param moves how often a stream was delivered by another router than before
 * @param repeated how many deliveries were repetitions
 * @param mostRepeated the most that a router repeated of a stream after a move
 * @param story the faults and their times
 */
record GroupVerdict(
        List<String> wrong, Figures figures, int moves, int repeated, int mostRepeated, Pauses pauses, String story) {
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
                + "\nmoves of a stream                       " + moves
                + "\nrepeated deliveries                     " + repeated
                + "\nmost repeated after a move              " + mostRepeated + " (at most " + GroupTrial.BATCH + ")"
                + "\nwrong                                   " + wrong.size() + "\n";
    }
}
