package io.github.dtstream.journal;

/**
 * A subscriber that several processes share. Each of them reads some of the journal's partitions, and learns from its
 * {@link PartitionListener} which. Thread-safe.
 *
 * <ul>
 *   <li>Each partition is read by one process at a time, except that a process that was suspended may go on for a moment
 *       with records that it has in memory.
 *   <li>A partition's cursor moves only past records that were committed. Of the records that were handed out and whose
 *       commit is not durable, there are at most {@link Sharing#batch} in each partition, unless the subscriber itself
 *       has more of them in progress. The next reader repeats these.
 *   <li>Where the cursor is not known any more, the partition is read again from where the subscriber began, or from the
 *       oldest record. No record is skipped.
 * </ul>
 */
public interface SharedSubscription extends AutoCloseable {
    /** A snapshot of the state; cheap. */
    SharedStatus status();

    /** Gives back all partitions, in order, and leaves the group. */
    @Override
    void close();
}
