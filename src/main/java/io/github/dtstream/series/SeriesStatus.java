package io.github.dtstream.series;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The status of an index at one moment. Immutable.
 *
 * @param lag how many records of the journal it has not read yet
 * @param until when the last record that it read was received; null if there was none
 * @param missing how many records are in holes, whose blocks are made again
 * @param bytes the size of the blocks on disk
 * @param problem why it cannot go on; null while all is well
 */
public record SeriesStatus(
        String stream,
        int devices,
        int series,
        long lag,
        @Nullable Instant until,
        long missing,
        int blocks,
        long bytes,
        @Nullable String problem) {}
