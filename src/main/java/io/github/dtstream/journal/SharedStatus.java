package io.github.dtstream.journal;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of a {@link SharedSubscription} at one moment. Immutable.
 *
 * @param partitions all partitions, by number; empty while they are not known
 * @param moved when partitions last moved to or from this process; null if none has
 * @param what what moved then, as half a sentence; empty text if nothing has
 * @param problem why this process reads nothing at present; null if there is no reason
 */
public record SharedStatus(
        List<Partition> partitions,
        @Nullable Instant moved,
        String what,
        @Nullable String problem) {
    public SharedStatus {
        partitions = List.copyOf(partitions);
    }

    /**
     * @param number the partition's number, from 0
     * @param node the process that reads it; null if none does, or it is not known yet
     * @param lag about how many records wait after the cursor; -1 while that is not known
     */
    public record Partition(int number, @Nullable String node, long lag) {}
}
