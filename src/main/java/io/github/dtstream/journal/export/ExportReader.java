package io.github.dtstream.journal.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.event.Identifier;
import io.github.dtstream.journal.JournalSnapshot;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.StoredJournals;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.RecordLine;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.InvalidRecordException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads an export, and checks all of it on the way: a journal is whole when {@link #nextRecord} has returned null, the file
 * when {@link #nextJournal} has. Not thread-safe.
 */
public final class ExportReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final String RECORD_BEGIN = "{\"crc\":";

    private final ExportLines lines;
    private final RecordLine record = new RecordLine();
    private final EnvelopeDecoder decoder = new EnvelopeDecoder();
    private final String id;
    private final int journals;
    private int begun;
    private @Nullable Exported current;
    private long records;
    private long lastSequence;

    /** A journal in the export. */
    public record Exported(StoredJournals.Name name, JournalSnapshot snapshot) {}

    /**
     * Reads the header.
     *
     * @param in it is not closed
     * @throws IOException if it is not an export, or one of a version that this program does not know
     */
    public ExportReader(InputStream in) throws IOException {
        lines = new ExportLines(in);
        if (!lines.next()) {
            throw new IOException("it is not an export of journals, or was cut short in its first line");
        }
        JsonNode header = header();
        int version = header.path(ExportFormat.EXPORT).asInt();
        if (version != ExportFormat.VERSION) {
            throw new IOException("the export is of version " + version + "; this program knows version "
                    + ExportFormat.VERSION + ": import it with the program that wrote it, or a newer one");
        }
        id = text(header, ExportFormat.ID);
        if (!IDENTIFIER.matcher(id).matches()) {
            throw wrong();
        }
        journals = (int) number(header, ExportFormat.JOURNALS);
    }

    private JsonNode header() throws IOException {
        JsonNode header;
        try {
            header = json();
        } catch (IOException e) {
            throw new IOException("it is not an export of journals", e);
        }
        if (!header.path(ExportFormat.EXPORT).isInt()) {
            throw new IOException("it is not an export of journals");
        }
        return header;
    }

    /** Identifies the export. */
    public String id() {
        return id;
    }

    /** How many journals the export has. */
    public int journals() {
        return journals;
    }

    /** The next journal, whose records follow; null at the end of a complete export. */
    public @Nullable Exported nextJournal() throws IOException {
        if (current != null) {
            throw new IllegalStateException("not all records were read");
        }
        advance();
        JsonNode header = json();
        if (header.has(ExportFormat.END)) {
            requireChecksum(header);
            if (!text(header, ExportFormat.END).equals(ExportFormat.WHOLE)
                    || number(header, ExportFormat.JOURNALS) != begun
                    || begun != journals) {
                throw wrong();
            }
            return null;
        }
        begun++;
        Exported exported = journal(header);
        current = exported;
        records = 0;
        lastSequence = exported.snapshot().first() - 1;
        return exported;
    }

    private Exported journal(JsonNode header) throws IOException {
        StoredJournals.Name name = new StoredJournals.Name(kind(header), stream(header));
        List<JournalSnapshot.Cursor> cursors = new ArrayList<>();
        for (long left = number(header, ExportFormat.CURSORS); left > 0; left--) {
            advance();
            cursors.add(cursor(json()));
        }
        long first = number(header, ExportFormat.FIRST);
        long next = number(header, ExportFormat.NEXT);
        if (first < 1 || next < first) {
            throw wrong();
        }
        return new Exported(
                name,
                new JournalSnapshot(
                        first,
                        next,
                        time(header, ExportFormat.LAST_RECEIVED),
                        time(header, ExportFormat.LAST_LIVE),
                        cursors,
                        header.has(ExportFormat.STATE_BYTES) ? state(number(header, ExportFormat.STATE_BYTES)) : null));
    }

    private JournalSnapshot.Cursor cursor(JsonNode line) throws IOException {
        String subscriber = text(line, ExportFormat.CURSOR);
        long next = number(line, ExportFormat.NEXT);
        if (!Identifier.isName(subscriber) || next < 1) {
            throw wrong();
        }
        return new JournalSnapshot.Cursor(
                subscriber, next, Duration.ofSeconds(number(line, ExportFormat.IDLE_SECONDS)));
    }

    private byte[] state(long bytes) throws IOException {
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        while (state.size() < bytes) {
            advance();
            JsonNode part = json();
            if (part.has(ExportFormat.STATE)) {
                state.writeBytes(text(part, ExportFormat.STATE).getBytes(StandardCharsets.UTF_8));
            } else {
                byte[] binary = part.path(ExportFormat.STATE_BASE64).binaryValue();
                if (binary == null) {
                    throw wrong();
                }
                state.writeBytes(binary);
            }
        }
        if (state.size() != bytes) {
            throw wrong();
        }
        return state.toByteArray();
    }

    /** The next record of the journal; null when it has no more, and is whole. */
    public @Nullable JournalRecord nextRecord() throws IOException {
        Exported journal = current;
        if (journal == null) {
            throw new IllegalStateException("no journal was begun");
        }
        advance();
        if (!isRecord()) {
            end(journal);
            current = null;
            return null;
        }
        String fault = record.parse(lines.buffer(), lines.start(), lines.length());
        if (fault != null
                || record.sequence() <= lastSequence
                || record.sequence() >= journal.snapshot().next()) {
            throw new IOException("line " + lines.number() + " of the export is damaged: "
                    + (fault == null ? "its number is out of order" : fault));
        }
        records++;
        lastSequence = record.sequence();
        try {
            return new JournalRecord(
                    record.sequence(),
                    record.received(),
                    record.source(),
                    decoder.decodeEvent(lines.buffer(), record.eventOffset(), record.eventLength()));
        } catch (InvalidRecordException e) {
            throw new IOException("line " + lines.number() + " of the export is damaged: " + e.getMessage(), e);
        }
    }

    private boolean isRecord() {
        int length = Math.min(lines.length(), RECORD_BEGIN.length());
        return new String(lines.buffer(), lines.start(), length, StandardCharsets.ISO_8859_1).equals(RECORD_BEGIN);
    }

    private void end(Exported journal) throws IOException {
        JsonNode end = json();
        requireChecksum(end);
        if (!text(end, ExportFormat.END).equals(journal.name().stream())
                || number(end, ExportFormat.RECORDS) != records) {
            throw wrong();
        }
    }

    private void requireChecksum(JsonNode end) throws IOException {
        if (!text(end, ExportFormat.SHA256).equals(lines.checksumBefore())) {
            throw new IOException("the export was changed or damaged before line " + lines.number()
                    + ": its checksum does not match");
        }
    }

    private void advance() throws IOException {
        if (!lines.next()) {
            throw new IOException(
                    "the export is cut short after line " + lines.number() + ": copy it again, or export again");
        }
    }

    private JsonNode json() throws IOException {
        try {
            return JSON.readTree(lines.buffer(), lines.start(), lines.length());
        } catch (JsonProcessingException e) {
            throw wrong();
        }
    }

    private IOException wrong() {
        return new IOException("line " + lines.number() + " is not what an export has there");
    }

    private Journals.Kind kind(JsonNode header) throws IOException {
        String label = text(header, ExportFormat.KIND);
        for (Journals.Kind kind : Journals.Kind.values()) {
            if (ExportFormat.label(kind).equals(label)) {
                return kind;
            }
        }
        throw wrong();
    }

    /** The stream's name becomes that of a folder, and so must not be any text. */
    private String stream(JsonNode header) throws IOException {
        String stream = text(header, ExportFormat.JOURNAL);
        int slash = stream.indexOf('/');
        if (slash < 0
                || !Identifier.isValid(stream.substring(0, slash))
                || !Identifier.isName(stream.substring(slash + 1))) {
            throw wrong();
        }
        return stream;
    }

    private String text(JsonNode node, String field) throws IOException {
        if (!node.path(field).isTextual()) {
            throw wrong();
        }
        return node.path(field).textValue();
    }

    private long number(JsonNode node, String field) throws IOException {
        JsonNode value = node.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw wrong();
        }
        return value.longValue();
    }

    private @Nullable Instant time(JsonNode node, String field) throws IOException {
        if (!node.has(field)) {
            return null;
        }
        try {
            return Instant.parse(text(node, field));
        } catch (DateTimeException e) {
            throw wrong();
        }
    }
}
