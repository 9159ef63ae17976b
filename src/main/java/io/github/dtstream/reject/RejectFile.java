package io.github.dtstream.reject;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.Storage.OpenFile;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.text.Masking;
import io.github.dtstream.text.SentenceCounts;
import io.github.dtstream.text.Utf8;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the records that cannot be delivered: one JSON line each, with the time, the reason and the record, in {@code
 * <UTC date>.ndjson}. Thread-safe: one lock guards every field.
 *
 * <p>Events that a sink refused are synced to the device, as their subscriber passes them then, and so are the
 * notes of events that were sent again. Other records are not: a power cut may take the newest lines.
 */
public final class RejectFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RejectFile.class);
    private static final int MAX_RECORD = 64 << 10;
    private static final byte[] LINE_FEED = {'\n'};

    private final JsonFactory json = new JsonFactory();
    private static final long USUAL_BYTES = 100L << 20;

    private final Path directory;
    private final long maxBytes;
    private final Clock clock;
    private final Masking masking;
    private final Storage storage;

    private final RejectFolder folder;
    /** The name of the detail with the record's stream. */
    private static final String STREAM = "stream";

    private final SentenceCounts counts = new SentenceCounts();

    /** A subscriber of a stream; a route that reads several projects has the same name in each. */
    private record Reader(String stream, String subscriber) {}

    /** Null until it is needed first, and after files were deleted. */
    private @Nullable Map<Reader, OpenRefusals> open;

    private @Nullable OpenFile file;
    private @Nullable LocalDate day;
    private long dayBytes;
    private boolean dayFull;
    private boolean failing;
    private boolean closed;

    /** The reject file of a data folder, of 100 MiB at most. */
    public static RejectFile in(Path dataDirectory, Clock clock, Masking masking) {
        return new RejectFile(dataDirectory.resolve("rejected"), USUAL_BYTES, clock, masking);
    }

    /** The same, with texts masked in reasons that look like secrets. */
    public RejectFile(Path directory, long maxBytes, Clock clock) {
        this(directory, maxBytes, clock, new Masking());
    }

    /**
     * @param directory created when the first record is rejected; a file per UTC day
     * @param maxBytes if all files together are larger than this, the oldest is deleted; one day takes at most half of
     *     it
     * @param masking removes secrets from reasons
     */
    public RejectFile(Path directory, long maxBytes, Clock clock, Masking masking) {
        this(directory, maxBytes, clock, masking, new SystemStorage());
    }

    RejectFile(Path directory, long maxBytes, Clock clock, Masking masking, Storage storage) {
        this.directory = directory;
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.masking = masking;
        this.storage = storage;
        this.folder = new RejectFolder(directory, storage);
    }

    /**
     * An event that a subscriber's sink refused.
     *
     * @param reason one sentence
     * @param details further fields of the line, for example {@code eventId}
     * @param event the whole event, so that it can be sent again
     */
    public record Refusal(String reason, Map<String, String> details, byte[] event) {}

    /**
     * Writes one rejected record, which is not synced; never throws. If the disk refuses it, or the day's file is full, that is
     * logged, and the caller's count remains.
     *
     * @param where the part that rejected it: {@code stream}, {@code history}, {@code journal}
     * @param reason one sentence
     * @param details further fields of the line, for example {@code eventId}
     * @param record the record's bytes; at most the first 64 KiB are kept
     */
    public synchronized void reject(String where, String reason, Map<String, String> details, byte[] record) {
        counts.add(reason);
        if (closed) {
            return;
        }
        try {
            Instant now = clock.instant();
            byte[] kept = record.length > MAX_RECORD ? Arrays.copyOf(record, MAX_RECORD) : record;
            append(line(now, where, reason, details, kept), now);
            failing = false;
        } catch (IOException | RuntimeException e) {
            drop();
            if (!failing) {
                LOG.error("rejected records cannot be written to {} and are only counted", directory, e);
            }
            failing = true;
        }
    }

    /**
     * Writes events that a subscriber's sink refused; they are on the disk when this returns.
     *
     * @throws IOException if the disk refuses them, the day's file is full, or this is closed. Some may be in the file
     *     nevertheless; the caller keeps all of them, and tries again
     */
    public synchronized void rejectEvents(String subscriber, List<Refusal> refusals) throws IOException {
        if (closed) {
            throw new IOException("the router is stopping");
        }
        Instant now = clock.instant();
        String where = Rejected.SUBSCRIBER + subscriber;
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (Refusal refusal : refusals) {
            lines.writeBytes(line(now, where, refusal.reason(), refusal.details(), refusal.event()));
        }
        try {
            append(lines.toByteArray(), now).force();
        } catch (IOException e) {
            drop();
            throw e;
        }
        for (Refusal refusal : refusals) {
            counts.add(refusal.reason());
            if (open != null) {
                open.merge(
                        new Reader(refusal.details().getOrDefault(STREAM, ""), subscriber),
                        OpenRefusals.NONE.and(now, masking.mask(refusal.reason())),
                        (before, one) -> before.and(one.last(), one.reason()));
            }
        }
    }

    /** The number of rejected records since start, by reason. */
    public Map<String, Long> counts() {
        return counts.counts();
    }

    @Override
    public synchronized void close() {
        closed = true;
        drop();
    }

    /**
     * Reads the records of a query, oldest first, until the consumer returns false; records that are rejected meanwhile
     * may be left out. One record at a time is in memory.
     */
    public void scan(RejectQuery query, Predicate<Rejected> consumer) throws IOException {
        folder.scan(query, consumer);
    }

    /**
     * Notes the outcome of an event that was sent again, so that it is not sent once more, also after a power cut.
     *
     * @param outcome one word
     * @throws IOException if the disk refuses it; the next request to send again may then include this event
     */
    public synchronized void settle(Rejected rejected, String outcome) throws IOException {
        try {
            folder.settle(rejected.id(), outcome, clock);
        } catch (IOException e) {
            // The note may be in the file nevertheless, so what is open is counted again.
            open = null;
            throw e;
        }
        Map<Reader, OpenRefusals> counted = open;
        if (counted != null) {
            rejected.subscriber()
                    .ifPresent(name -> counted.computeIfPresent(
                            new Reader(rejected.detail(STREAM), name), (key, refusals) -> refusals.lessOne()));
        }
    }

    /**
     * The refusals of a subscriber's sink in a stream that were not sent again, of this and of earlier processes.
     *
     * @param stream the stream's name, as in the details of rejected records
     * @throws IOException if the disk fails; the first call reads all files
     */
    public synchronized OpenRefusals open(String stream, String subscriber) throws IOException {
        Map<Reader, OpenRefusals> counted = open;
        if (counted == null) {
            Map<Reader, OpenRefusals> counts = new HashMap<>();
            folder.scan(RejectQuery.OPEN, rejected -> {
                rejected.subscriber()
                        .ifPresent(name -> counts.merge(
                                new Reader(rejected.detail(STREAM), name),
                                OpenRefusals.NONE.and(rejected.time(), rejected.reason()),
                                (before, one) -> before.and(one.last(), one.reason())));
                return true;
            });
            counted = counts;
            open = counts;
        }
        return counted.getOrDefault(new Reader(stream, subscriber), OpenRefusals.NONE);
    }

    /** Writes whole lines to the day's file, all or none if it is full. */
    private OpenFile append(byte[] lines, Instant now) throws IOException {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        if (!today.equals(day)) {
            drop();
            day = today;
            dayFull = false;
        }
        Path path = path(today);
        if (dayFull && !storage.exists(path)) {
            // Somebody has moved it away, to make room.
            dayFull = false;
            open = null;
        }
        if (dayFull) {
            throw full(path);
        }
        OpenFile out = file == null ? openDay(path) : file;
        if (dayBytes + lines.length > maxBytes / 2) {
            dayFull = true;
            throw full(path);
        }
        out.write(lines, 0, lines.length, dayBytes);
        dayBytes += lines.length;
        return out;
    }

    private IOException full(Path path) {
        return new IOException(
                path.getFileName() + " in " + directory.getFileName() + " is full, as one day takes at most "
                        + maxBytes / 2 + " bytes; there is room at midnight UTC, or when the file was moved away");
    }

    private OpenFile openDay(Path path) throws IOException {
        storage.createDirectories(directory);
        deleteOldest();
        boolean isNew = !storage.exists(path);
        if (isNew) {
            folder.forgetOutcomes(path);
        }
        boolean torn = RejectFolder.isTorn(path);
        OpenFile opened = storage.openOrCreate(path);
        file = opened;
        dayBytes = opened.size();
        if (torn) {
            opened.write(LINE_FEED, 0, LINE_FEED.length, dayBytes);
            dayBytes += LINE_FEED.length;
        }
        if (isNew) {
            storage.syncDirectory(directory);
        }
        return opened;
    }

    /**
     * Deletes the oldest files until there is room for a whole day, so that all files together stay within the limit
     * until the next day.
     */
    private void deleteOldest() throws IOException {
        List<Path> files = folder.files();
        long sum = 0;
        for (Path old : files) {
            sum += Files.size(old);
        }
        for (Path old : files) {
            if (sum <= maxBytes - maxBytes / 2 || old.equals(path(day))) {
                return;
            }
            sum -= Files.size(old);
            folder.delete(old);
            open = null;
            LOG.warn("{} deleted: rejected records took more than {} bytes", old, maxBytes);
        }
    }

    private Path path(@Nullable LocalDate date) {
        return directory.resolve(date + ".ndjson");
    }

    private byte[] line(Instant now, String where, String reason, Map<String, String> details, byte[] kept) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(kept.length + 256);
        try (JsonGenerator out = json.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("time", now.toString());
            out.writeStringField("where", where);
            out.writeStringField("reason", masking.mask(reason));
            for (Map.Entry<String, String> detail : details.entrySet()) {
                out.writeStringField(detail.getKey(), detail.getValue());
            }
            out.writeStringField("record", new String(kept, StandardCharsets.UTF_8));
            if (!Utf8.isValid(kept, 0, kept.length)) {
                out.writeBinaryField("recordBase64", kept);
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    /** Closes the day's file; the next record opens it again. */
    private void drop() {
        OpenFile closing = file;
        file = null;
        if (closing != null) {
            try {
                closing.close();
            } catch (IOException e) {
                LOG.warn("the file of rejected records in {} could not be closed", directory, e);
            }
        }
    }
}
