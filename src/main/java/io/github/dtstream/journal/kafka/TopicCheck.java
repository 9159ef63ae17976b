package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.Remark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Checks whether an existing topic can keep a journal with the wanted settings. Stateless. */
final class TopicCheck {
    private static final String MIN_IN_SYNC = "min.insync.replicas";
    private static final String CLEANUP = "cleanup.policy";
    private static final String COMPACT = "compact";
    static final String SEGMENT_MILLIS = "segment.ms";
    static final String DELETED_MILLIS = "delete.retention.ms";
    private static final String LARGEST = "max.message.bytes";

    private TopicCheck() {}

    /**
     * An existing topic.
     *
     * @param id the identifier of the topic, which another topic with the same name does not have
     * @param replication the least replication of its partitions
     * @param config the part of its configuration that may be read
     */
    record Found(String name, String id, int partitions, int replication, Map<String, String> config) {}

    /**
     * How many brokers at least must have a record before it counts: one fewer than the copies, but not fewer than one
     * nor more than two.
     */
    static int minInSync(int replication) {
        return Math.max(1, Math.min(2, replication - 1));
    }

    /** What is wrong with the topic of the events. */
    static List<Remark> ofEvents(Found found, KafkaSettings wanted) {
        List<Remark> remarks = new ArrayList<>();
        if (cleanup(found).contains(COMPACT)) {
            remarks.add(Remark.error("the topic " + found.name() + " is compacted (" + CLEANUP
                    + "), which deletes events that are not read yet: set it to delete"));
        }
        if (found.partitions() < wanted.partitions()) {
            remarks.add(Remark.warning("the topic " + found.name() + " has " + found.partitions() + " partitions, not "
                    + wanted.partitions() + " like a topic that the router creates; it is used as it is"));
        }
        String largest = found.config().get(LARGEST);
        if (largest != null && isNumber(largest) && Long.parseLong(largest) < Long.parseLong(Topics.LARGEST_BYTES)) {
            remarks.add(Remark.warning("the topic " + found.name() + " has " + LARGEST + "=" + largest
                    + ": a larger event would be refused, and the stream held; set it to " + Topics.LARGEST_BYTES));
        }
        copies(found, wanted, remarks);
        return remarks;
    }

    /** What is wrong with the topic of the state. */
    static List<Remark> ofState(Found found, KafkaSettings wanted) {
        List<Remark> remarks = new ArrayList<>();
        if (!cleanup(found).isEmpty() && !cleanup(found).equals(COMPACT)) {
            remarks.add(Remark.error("the topic " + found.name() + " has " + CLEANUP + "=" + cleanup(found)
                    + ", which deletes cursors and gaps: set it to " + COMPACT));
        }
        if (found.partitions() != 1) {
            remarks.add(Remark.error("the topic " + found.name() + " has " + found.partitions()
                    + " partitions and has to have 1. If there is a journal in it, export that first. Then delete this topic"
                    + " together with the topic of the events; both are made as they should be"));
        }
        atMost(found, SEGMENT_MILLIS, Topics.STATE_SEGMENT_MILLIS, remarks);
        atMost(found, DELETED_MILLIS, Topics.STATE_DELETED_MILLIS, remarks);
        copies(found, wanted, remarks);
        return remarks;
    }

    private static void atMost(Found found, String name, long most, List<Remark> remarks) {
        String value = found.config().get(name);
        if (value != null && isNumber(value) && Long.parseLong(value) > most) {
            remarks.add(Remark.warning("the topic " + found.name() + " has " + name + "=" + value
                    + ": brokers keep more in it than is needed, and each take-over has to read that; set it to "
                    + most));
        }
    }

    private static String cleanup(Found found) {
        return found.config().getOrDefault(CLEANUP, "");
    }

    private static void copies(Found found, KafkaSettings wanted, List<Remark> remarks) {
        if (found.replication() != wanted.replication()) {
            remarks.add(Remark.warning("the topic " + found.name() + " is on " + found.replication()
                    + " brokers, and the replication that is wanted is " + wanted.replication()
                    + ": change the topic (kafka-reassign-partitions), or the setting"));
        }
        String minInSync = found.config().get(MIN_IN_SYNC);
        if (minInSync != null && isNumber(minInSync)) {
            long least = Long.parseLong(minInSync);
            if (least < minInSync(found.replication())) {
                remarks.add(Remark.warning("the topic " + found.name() + " has " + MIN_IN_SYNC + "=" + least
                        + ": a record that only one broker has may be lost; set it to "
                        + minInSync(found.replication())));
            } else if (least >= found.replication() && found.replication() > 1) {
                remarks.add(
                        Remark.warning("the topic " + found.name() + " has " + MIN_IN_SYNC + "=" + least + " and is on "
                                + found.replication() + " brokers: nothing can be written while one of them is down"));
            }
        }
    }

    private static boolean isNumber(String text) {
        return text.matches("\\d{1,18}");
    }
}
