package io.github.dtstream.journal.segment;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One file of the journal: {@code <number of its first record, 16 digits>-<UTC date>.ndjson}. All its records were
 * received on that day. The commit thread moves its end; any thread reads it.
 */
public final class Segment {
    private static final Pattern NAME = Pattern.compile("(\\d{16})-(\\d{4}-\\d{2}-\\d{2})\\.ndjson");

    private final long first;
    private final LocalDate date;
    private final Path path;
    private volatile long durableBytes;
    private volatile Instant newest;

    Segment(Path directory, long first, LocalDate date) {
        this.first = first;
        this.date = date;
        path = directory.resolve(fileName(first, date));
        newest = date.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** The name of the file of the segment that begins with a record's number. */
    public static String fileName(long first, LocalDate date) {
        return String.format(Locale.ROOT, "%016d-%s.ndjson", first, date);
    }

    /** The segment with a file name; null if it is not the name of a segment. */
    static @Nullable Segment ofName(Path directory, String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return null;
        }
        try {
            return new Segment(directory, Long.parseLong(matcher.group(1)), LocalDate.parse(matcher.group(2)));
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** The number of its first record. Its records from the next segment's first number on do not count. */
    public long first() {
        return first;
    }

    LocalDate date() {
        return date;
    }

    public Path path() {
        return path;
    }

    /** How many bytes of the file are certainly on the device; nobody reads beyond that. */
    public long durableBytes() {
        return durableBytes;
    }

    /** No record in it was received after this time; the end of its day if no better bound is known. */
    public Instant newest() {
        return newest;
    }

    void durable(long bytes) {
        durableBytes = bytes;
    }

    void durable(long bytes, Instant received) {
        newest = received;
        durableBytes = bytes;
    }

    @Override
    public String toString() {
        return path.getFileName().toString();
    }
}
