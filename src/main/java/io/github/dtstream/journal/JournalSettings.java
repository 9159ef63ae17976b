package io.github.dtstream.journal;

import java.time.Duration;

/**
 * The journal's bounds.
 *
 * @param segmentBytes a segment is rolled when it has grown past this, and at each UTC midnight
 * @param retentionAge a segment older than this is deleted when every subscriber is past it
 * @param retentionBytes when the segments together are larger than this, the oldest is deleted, delivered or not
 * @param deduplicationWindow how many event identifiers are remembered, newest first
 * @param maxPendingBytes how much may wait in memory for the disk before {@code append} blocks
 * @param tailBytes how much of the newest records is kept decoded in memory for subscribers that keep up
 * @param subscriberRetention how long the journal runs without a subscriber before it forgets its place
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

    /** With 30 days for a subscriber that is gone. */
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
