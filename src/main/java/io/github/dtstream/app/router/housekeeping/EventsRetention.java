package io.github.dtstream.app.router.housekeeping;

import io.github.dtstream.file.CrashSafeFileComponent;
import io.github.dtstream.file.DeletedFiles;
import io.github.dtstream.management.MetricFamilies;
import io.github.dtstream.management.MetricSource;
import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.time.CloudClock;
import io.prometheus.metrics.model.snapshots.Labels;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes files below the data folder that routes wrote and that are older than {@code dt.events-retention}. One thread
 * runs it; any thread may collect its metrics.
 */
final class EventsRetention implements MetricSource {
    private static final Logger LOG = LoggerFactory.getLogger(EventsRetention.class);

    /** The subfolders that the router itself keeps in the data folder. */
    static final Set<String> NOT_OF_ROUTES = Set.of(
            "journal",
            "gaps",
            "alarms",
            "series",
            "devices",
            "rejected",
            "mqtt",
            "reported",
            "device-changes",
            "routes-last-good");

    private static final Duration TOLD_AGAIN = Duration.ofDays(1);

    private final CrashSafeFileComponent files;
    private final Path data;
    private final Duration retention;
    private final CloudClock clock;
    /** The deletions that the log has not reported yet. Owned by the running thread, as is the next field. */
    private DeletedFiles untold = DeletedFiles.NONE;

    private @Nullable Instant told;
    private volatile DeletedFiles all = DeletedFiles.NONE;

    EventsRetention(CrashSafeFileComponent files, Path data, Duration retention, CloudClock clock) {
        this.files = files;
        this.data = data;
        this.retention = retention;
        this.clock = clock;
    }

    /**
     * Deletes the files that are too old now. The day in a file's name follows the cloud's clock, and the time of its
     * last write the machine's clock, so a file must be too old by both. Deletes nothing until the time of the cloud is
     * known, because the machine's clock may be wrong.
     */
    void run() {
        if (clock.offset().isEmpty()) {
            return;
        }
        Instant cloud = clock.instant();
        Instant machine = clock.machineTime();
        Instant now = cloud.isBefore(machine) ? cloud : machine;
        DeletedFiles deleted = files.deleteOld(data, NOT_OF_ROUTES, now.minus(retention));
        all = all.plus(deleted);
        untold = untold.plus(deleted);
        tell(now);
    }

    private void tell(Instant now) {
        boolean isDue = told == null || Duration.between(told, now).compareTo(TOLD_AGAIN) >= 0;
        if (!isDue || untold.equals(DeletedFiles.NONE)) {
            return;
        }
        String sentence = "deleted " + untold.files() + " files of routes, " + (untold.bytes() >> 20)
                + " MB, to which nothing was written for " + ReadableDuration.of(retention);
        if (untold.failure() == null) {
            LOG.info("{}", sentence);
        } else {
            LOG.warn("{}; others cannot be deleted: {}", sentence, untold.failure());
        }
        untold = DeletedFiles.NONE;
        told = now;
    }

    @Override
    public void collect(MetricFamilies families) {
        DeletedFiles deleted = all;
        families.counter(
                "dt_event_files_deleted",
                "Files of routes that were deleted, as they were older than they are kept",
                Labels.EMPTY,
                deleted.files());
        families.counter("dt_event_files_deleted_bytes", "Bytes of these files", Labels.EMPTY, deleted.bytes());
    }
}
