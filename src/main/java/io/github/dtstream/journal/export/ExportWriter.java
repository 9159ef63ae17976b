package io.github.dtstream.journal.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.journal.JournalSnapshot;
import io.github.dtstream.journal.StoredJournals;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.RecordEncoder;
import io.github.dtstream.journal.record.RecordFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Writes an export. Not thread-safe. */
public final class ExportWriter {
    /** A multiple of three, so that base64 needs no filling in the middle. */
    private static final int PART_BYTES = 192 << 10;

    private static final int PART_CHARACTERS = 64 << 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OutputStream out;
    private final int journals;
    private final MessageDigest digest = ExportFormat.digest();
    private final RecordEncoder encoder = new RecordEncoder();
    private byte[] line = new byte[64 << 10];
    private String stream = "";
    private long records;

    /**
     * Writes the header.
     *
     * @param out with a buffer; it is not closed
     * @param id identifies the export; {@code [A-Za-z0-9-]}
     * @param journals how many journals follow
     */
    public ExportWriter(OutputStream out, String id, Instant created, int journals) throws IOException {
        this.out = out;
        this.journals = journals;
        put(JSON.createObjectNode()
                .put(ExportFormat.EXPORT, ExportFormat.VERSION)
                .put(ExportFormat.ID, id)
                .put(ExportFormat.CREATED, created.toString())
                .put(ExportFormat.JOURNALS, journals));
    }

    /** Begins a journal; all its records follow. */
    public void begin(StoredJournals.Name name, JournalSnapshot snapshot) throws IOException {
        stream = name.stream();
        records = 0;
        ObjectNode header = JSON.createObjectNode()
                .put(ExportFormat.JOURNAL, name.stream())
                .put(ExportFormat.KIND, ExportFormat.label(name.kind()))
                .put(ExportFormat.FIRST, snapshot.first())
                .put(ExportFormat.NEXT, snapshot.next());
        Optional.ofNullable(snapshot.lastReceived())
                .ifPresent(time -> header.put(ExportFormat.LAST_RECEIVED, time.toString()));
        Optional.ofNullable(snapshot.lastLive()).ifPresent(time -> header.put(ExportFormat.LAST_LIVE, time.toString()));
        header.put(ExportFormat.CURSORS, snapshot.cursors().size());
        byte[] state = snapshot.state();
        if (state != null) {
            header.put(ExportFormat.STATE_BYTES, state.length);
        }
        put(header);
        for (JournalSnapshot.Cursor cursor : snapshot.cursors()) {
            put(JSON.createObjectNode()
                    .put(ExportFormat.CURSOR, cursor.subscriber())
                    .put(ExportFormat.NEXT, cursor.next())
                    .put(ExportFormat.IDLE_SECONDS, cursor.idle().toSeconds()));
        }
        if (state != null) {
            writeState(state);
        }
    }

    private void writeState(byte[] state) throws IOException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(state))
                    .toString();
        } catch (CharacterCodingException e) {
            for (int begin = 0; begin < state.length; begin += PART_BYTES) {
                put(JSON.createObjectNode()
                        .put(
                                ExportFormat.STATE_BASE64,
                                Arrays.copyOfRange(state, begin, Math.min(state.length, begin + PART_BYTES))));
            }
            return;
        }
        int begin = 0;
        while (begin < text.length()) {
            int end = Math.min(text.length(), begin + PART_CHARACTERS);
            if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
                end--;
            }
            put(JSON.createObjectNode().put(ExportFormat.STATE, text.substring(begin, end)));
            begin = end;
        }
    }

    /** Writes a record of the journal that was begun. */
    public void write(JournalRecord record) throws IOException {
        int needed = RecordFormat.OVERHEAD + record.event().json().length;
        if (needed > line.length) {
            line = new byte[Math.max(needed, 2 * line.length)];
        }
        put(line, encoder.encode(record, line, 0));
        records++;
    }

    /** Ends a journal. */
    public void end() throws IOException {
        put(JSON.createObjectNode()
                .put(ExportFormat.END, stream)
                .put(ExportFormat.RECORDS, records)
                .put(ExportFormat.SHA256, ExportFormat.soFar(digest)));
    }

    /** Ends the export. Without this it counts as cut short. */
    public void finish() throws IOException {
        put(JSON.createObjectNode()
                .put(ExportFormat.END, ExportFormat.WHOLE)
                .put(ExportFormat.JOURNALS, journals)
                .put(ExportFormat.SHA256, ExportFormat.soFar(digest)));
        out.flush();
    }

    private void put(ObjectNode node) throws IOException {
        byte[] text = (JSON.writeValueAsString(node) + "\n").getBytes(StandardCharsets.UTF_8);
        put(text, text.length);
    }

    private void put(byte[] bytes, int length) throws IOException {
        digest.update(bytes, 0, length);
        out.write(bytes, 0, length);
    }
}
