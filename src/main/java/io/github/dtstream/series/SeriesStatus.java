package io.github.dtstream.series;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How an index does at one moment. Immutable.
 *
 * @param lag how many records of the journal it has not read yet
 * @param until when the last one that it has read was received; null if there was none
 * @param missing how many records lie in spans whose blocks are made anew
 * @param bytes what the blocks take on disk
 * @param problem what keeps it from going on; null while all is well
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
