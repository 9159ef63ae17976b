package io.github.dtstream.journal;

import java.time.Duration;

/**
 * The settings of a journal.
 *
 * @param segmentBytes a new segment begins when the last one is larger than this, and at each UTC midnight
 * @param retentionAge a segment older than this is deleted when the cursors of all subscribers have passed it
 * @param retentionBytes if the segments together are larger than this, the oldest is deleted, delivered or not
 * @param deduplicationWindow how many of the newest event identifiers are remembered
 * @param maxPendingBytes how many bytes may wait for the disk before {@code append} blocks
 * @param tailBytes how many bytes of the newest records are kept decoded in memory for subscribers that keep up
 * @param subscriberRetention how long the journal runs without a subscriber before it deletes the subscriber's cursor
 */
public record JournalSettings(
        long segmentBytes,
        Duration retentionAge,
        long retentionBytes,
        int deduplicationWindow,
        int maxPendingBytes,
        int tailBytes,
        Duration subscriberRetention) {
    private static final Duration SUBSCRIBER_RETENTION = Duration.ofDays(30);

    /** 64 MiB segments, 7 days, 2 GiB, 262,144 identifiers, 4 MiB pending, 4 MiB of tail, 30 days. */
    public static final JournalSettings DEFAULTS =
            new JournalSettings(64L << 20, Duration.ofDays(7), 2L << 30, 1 << 18, 4 << 20, 4 << 20);

    /** With 30 days of {@code subscriberRetention}. */
    public JournalSettings(
            long segmentBytes,
            Duration retentionAge,
            long retentionBytes,
            int deduplicationWindow,
            int maxPendingBytes,
            int tailBytes) {
        this(
                segmentBytes,
                retentionAge,
                retentionBytes,
                deduplicationWindow,
                maxPendingBytes,
                tailBytes,
                SUBSCRIBER_RETENTION);
    }
}
