package io.github.dtstream.journal.local;

import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.journal.segment.Segment;
import io.github.dtstream.journal.segment.Segments;
import io.github.dtstream.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes old segments: by age those that the cursors of all subscribers have passed, by total size the oldest in any
 * case; never the newest. Used by the commit thread only.
 */
final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private static final Duration FIRST_RELEASE = Duration.ofHours(1);

    private final Storage storage;
    private final Path directory;
    private final Segments segments;
    private final Cursors cursors;
    private final JournalSettings settings;
    private final Clock clock;
    private Duration sinceOpen = Duration.ZERO;

    Retention(
            Storage storage,
            Path directory,
            Segments segments,
            Cursors cursors,
            JournalSettings settings,
            Clock clock) {
        this.storage = storage;
        this.directory = directory;
        this.segments = segments;
        this.cursors = cursors;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Adds passed time, and removes subscribers that have been gone for too long. It does not remove any in the first
     * hour; by its end, all existing routes have subscribed.
     */
    void elapsed(Duration time, long durable) {
        cursors.addIdle(time);
        sinceOpen = sinceOpen.plus(time);
        if (sinceOpen.compareTo(FIRST_RELEASE) >= 0) {
            cursors.release(settings.subscriberRetention(), durable);
        }
    }

    /**
     * Deletes the segments that are old enough, and those beyond the total size. If the file system refuses, this is
     * tried again the next time.
     */
    void enforce() {
        Instant limit = clock.instant().minus(settings.retentionAge());
        try {
            while (true) {
                Segment oldest = segments.oldest();
                Segment successor = oldest == null ? null : segments.after(oldest);
                if (oldest == null || successor == null) {
                    return;
                }
                boolean tooMuch = segments.bytes() > settings.retentionBytes();
                if (!tooMuch && (!oldest.newest().isBefore(limit) || isNeeded(successor))) {
                    return;
                }
                delete(oldest, successor);
            }
        } catch (IOException e) {
            LOG.warn("an old segment in {} could not be deleted; trying again later", directory, e);
        }
    }

    private boolean isNeeded(Segment successor) {
        Long lowest = cursors.lowest();
        return lowest != null && lowest < successor.first();
    }

    private void delete(Segment oldest, Segment successor) throws IOException {
        segments.delete(oldest, () -> storage.delete(oldest.path()));
        LOG.info("journal segment {} deleted", oldest);
        cursors.skipTo(
                new Position(successor.first(), successor.first(), 0),
                oldest.first(),
                "the journal in " + directory + " outgrew its " + settings.retentionBytes() + " bytes");
    }
}
