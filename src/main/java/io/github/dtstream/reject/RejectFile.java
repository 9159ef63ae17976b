package io.github.dtstream.reject;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.dtstream.text.Masking;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where records go that cannot be delivered: one JSON line each, with the time, the reason and the record itself, in
 * {@code <UTC date>.ndjson}. Thread-safe: one lock guards every field.
 *
 * <p>Not synced to the device: a power cut may take the newest lines.
 */
public final class RejectFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RejectFile.class);
    private static final int MAX_RECORD = 64 << 10;
    private static final Pattern FILE_NAME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}\\.ndjson");

    private final JsonFactory json = new JsonFactory();
    private final Path directory;
    private final long maxBytes;
    private final Clock clock;
    private final Masking masking;

    private long count;
    private @Nullable OutputStream file;
    private @Nullable LocalDate day;
    private long dayBytes;
    private boolean dayFull;
    private boolean failing;
    private boolean closed;

    /** The same, with what looks secret masked in reasons. */
    public RejectFile(Path directory, long maxBytes, Clock clock) {
        this(directory, maxBytes, clock, new Masking());
    }

    /**
     * @param directory created when the first record is rejected; a file per UTC day
     * @param maxBytes when all files together grow past this, the oldest is deleted; one day takes at most half of it,
     *     what is rejected after that is only counted
     * @param masking takes what is secret out of reasons
     */
    public RejectFile(Path directory, long maxBytes, Clock clock, Masking masking) {
        this.directory = directory;
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.masking = masking;
    }

    /**
     * Writes one rejected record; never throws: where the disk refuses it, that is logged and counted.
     *
     * @param where what rejected it: {@code stream}, {@code history}, {@code journal}, {@code subscriber files}
     * @param reason one sentence
     * @param details further fields of the line, for example {@code eventId}
     * @param record the record's bytes; at most the first 64 KiB are kept
     */
    public synchronized void reject(String where, String reason, Map<String, String> details, byte[] record) {
        count++;
        if (closed) {
            return;
        }
        try {
            Instant now = clock.instant();
            write(line(now, where, reason, details, record), LocalDate.ofInstant(now, ZoneOffset.UTC));
            failing = false;
        } catch (IOException | RuntimeException e) {
            drop();
            if (!failing) {
                LOG.error("rejected records cannot be written to {} and are only counted", directory, e);
            }
            failing = true;
        }
    }

    /** How many were rejected since start. */
    public synchronized long count() {
        return count;
    }

    @Override
    public synchronized void close() {
        closed = true;
        drop();
    }

    private void write(byte[] line, LocalDate today) throws IOException {
        if (!today.equals(day)) {
            drop();
            day = today;
            dayFull = false;
        }
        if (dayFull) {
            return;
        }
        OutputStream out = file == null ? open(today) : file;
        if (dayBytes + line.length > maxBytes / 2) {
            dayFull = true;
            drop();
            LOG.error(
                    "{} holds as much as one day may take ({} bytes); further rejected records are only counted today",
                    path(today),
                    maxBytes / 2);
            return;
        }
        out.write(line);
        dayBytes += line.length;
    }

    private OutputStream open(LocalDate today) throws IOException {
        Files.createDirectories(directory);
        deleteOldest();
        Path path = path(today);
        boolean torn = isTorn(path);
        OutputStream opened = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        file = opened;
        if (torn) {
            opened.write('\n');
        }
        dayBytes = Files.size(path);
        return opened;
    }

    /** Whether a crash or a full disk has left the last line without its end. */
    private static boolean isTorn(Path path) throws IOException {
        if (!Files.exists(path)) {
            return false;
        }
        try (RandomAccessFile existing = new RandomAccessFile(path.toFile(), "r")) {
            if (existing.length() == 0) {
                return false;
            }
            existing.seek(existing.length() - 1);
            return existing.read() != '\n';
        }
    }

    /** Makes room for a whole day, so that the sum keeps under its bound until the next day begins. */
    private void deleteOldest() throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(directory)) {
            files = found.filter(file ->
                            FILE_NAME.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
        long sum = 0;
        for (Path old : files) {
            sum += Files.size(old);
        }
        for (Path old : files) {
            if (sum <= maxBytes - maxBytes / 2 || old.equals(path(day))) {
                return;
            }
            sum -= Files.size(old);
            Files.delete(old);
            LOG.warn("{} deleted: rejected records took more than {} bytes", old, maxBytes);
        }
    }

    private Path path(@Nullable LocalDate date) {
        return directory.resolve(date + ".ndjson");
    }

    private byte[] line(Instant now, String where, String reason, Map<String, String> details, byte[] record) {
        byte[] kept = record.length > MAX_RECORD ? Arrays.copyOf(record, MAX_RECORD) : record;
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
            if (!isUtf8(kept)) {
                out.writeBinaryField("recordBase64", kept);
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Closes the day's file; the next record opens it again. */
    private void drop() {
        OutputStream closing = file;
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
