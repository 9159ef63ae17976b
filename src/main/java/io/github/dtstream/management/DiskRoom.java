package io.github.dtstream.management;

import io.prometheus.metrics.model.snapshots.Labels;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the free space on the disk of the data folder, and warns before the disk is full and the stream has to be
 * held. One thread looks; any thread may ask for the last result.
 */
public final class DiskRoom implements MetricSource {
    private static final Logger LOG = LoggerFactory.getLogger(DiskRoom.class);

    private static final long LITTLE = 1L << 30;
    /** On a small disk, less than a tenth is little. */
    private static final int LITTLE_PART = 10;

    private static final Duration TOLD_AGAIN = Duration.ofDays(1);
    private static final Duration FOLDERS_ARE_MEASURED = Duration.ofHours(1);

    private final Path folder;
    private final Disk disk;
    private final String advice;
    private final InstantSource clock;
    /** Owned by the looking thread, as are the next two fields. */
    private @Nullable Instant told;

    private @Nullable Instant measured;
    private String largest = "";
    private volatile @Nullable Look last;

    /** A disk, in bytes. */
    public interface Disk {
        long free() throws IOException;

        long size() throws IOException;
    }

    private record Look(long free, long size, boolean isLow, String message) {}

    /** @param advice what to do when space is short; the message ends with it */
    public DiskRoom(Path folder, String advice, InstantSource clock) {
        this(folder, of(folder), advice, clock);
    }

    DiskRoom(Path folder, Disk disk, String advice, InstantSource clock) {
        this.folder = folder.toAbsolutePath();
        this.disk = disk;
        this.advice = advice;
        this.clock = clock;
    }

    private static Disk of(Path folder) {
        return new Disk() {
            private FileStore store() throws IOException {
                return Files.getFileStore(folder);
            }

            @Override
            public long free() throws IOException {
                return store().getUsableSpace();
            }

            @Override
            public long size() throws IOException {
                return store().getTotalSpace();
            }
        };
    }

    /** Looks at the disk; while space is short, logs that once a day. */
    public void look() {
        try {
            look(disk.free(), disk.size());
        } catch (IOException e) {
            // Whatever writes to the disk reports that it cannot be reached.
            LOG.debug("the disk of {} cannot be looked at: {}", folder, e.toString());
            last = null;
        }
    }

    private void look(long free, long size) {
        Look before = last;
        boolean wasLow = before != null && before.isLow();
        long little = Math.min(LITTLE, size / LITTLE_PART);
        // The limit for enough is 20 % higher than that for too little, so that the result does not change with every
        // file.
        boolean isLow = free < (wasLow ? little + little / 5 : little);
        String message = sizeOf(free) + " of " + sizeOf(size) + " are free for " + folder;
        if (isLow) {
            measure();
            message += largest + "; when nothing is left the stream is held until there is room. " + advice;
        }
        last = new Look(free, size, isLow, message);
        tell(isLow, message);
    }

    private void tell(boolean isLow, String message) {
        if (isLow && isDue(told, TOLD_AGAIN)) {
            told = clock.instant();
            LOG.warn("room is short: {}", message);
        } else if (!isLow && told != null) {
            told = null;
            LOG.info("there is room again: {}", message);
        }
    }

    private boolean isDue(@Nullable Instant time, Duration span) {
        return time == null || Duration.between(time, clock.instant()).abs().compareTo(span) >= 0;
    }

    /** Finds the folders that take the most space; once an hour at most, as there may be many files. */
    private void measure() {
        if (!isDue(measured, FOLDERS_ARE_MEASURED)) {
            return;
        }
        measured = clock.instant();
        Map<String, Long> sizes = new TreeMap<>();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    Path below = folder.relativize(file);
                    sizes.merge(below.getName(0).toString(), attributes.size(), Long::sum);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            LOG.debug("{} cannot be measured: {}", folder, e.toString());
        }
        largest = sizes.isEmpty()
                ? ""
                : sizes.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                        .limit(3)
                        .map(entry -> entry.getKey() + " takes " + sizeOf(entry.getValue()))
                        .collect(Collectors.joining(", ", ", where ", ""));
    }

    private static String sizeOf(long bytes) {
        return bytes < 10L << 30
                ? (bytes >> 20) + " MB"
                : String.format(Locale.ROOT, "%.1f GB", bytes / (double) (1 << 30));
    }

    /** The result of the last look. */
    public Health health() {
        Look seen = last;
        Health.Part part = Health.Kind.DISK.part();
        return seen == null
                ? new Health(part, Health.Status.UP, "the free space is not known")
                : new Health(part, seen.isLow() ? Health.Status.DEGRADED : Health.Status.UP, seen.message());
    }

    @Override
    public void collect(MetricFamilies all) {
        Look seen = last;
        if (seen != null) {
            all.gauge("dt_disk_free_bytes", "Room on the disk of the data folder", Labels.EMPTY, seen.free());
            all.gauge("dt_disk_size_bytes", "Size of the disk of the data folder", Labels.EMPTY, seen.size());
            all.gauge("dt_disk_low", "1 while room is short on that disk, else 0", Labels.EMPTY, seen.isLow() ? 1 : 0);
        }
    }
}
