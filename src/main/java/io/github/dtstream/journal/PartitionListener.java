package io.github.dtstream.journal;

import java.util.Set;

/**
 * Learns which partitions of a {@link SharedSubscription} this process reads. One thread of the subscription calls it. An
 * exception gives all partitions back; the process asks for them again after a moment.
 */
public interface PartitionListener {
    /**
     * This process now reads this partition. Must not wait.
     *
     * @param records the partition's records, in the order of their numbers, which have holes; of a device, all records
     *     are in one partition. The listener closes it
     */
    void assigned(int partition, Subscription records);

    /**
     * Another process is about to read these partitions. Hands out no more, and gives work in progress a moment. What was
     * committed when this returns is not repeated. The group waits for half a minute at most.
     */
    void revoked(Set<Integer> partitions);

    /** Another process may read these partitions already. Ends all work on them. Must not wait. */
    void lost(Set<Integer> partitions);
}
