package io.github.dtstream.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.github.dtstream.event.Event;
import io.github.dtstream.text.Excerpt;
import io.github.dtstream.text.Utf8;
import java.io.IOException;

/**
 * Decodes a stream record or an event object to an {@link Event} in one pass: the envelope's fields are read, and the
 * rest is checked to be JSON and kept unchanged. Not thread-safe, as it has buffers; each thread has its own decoder.
 *
 * <p>Keys may be in any order, unknown keys are ignored, and of a repeated key the last one counts. Raw line breaks
 * between the tokens of an event become spaces, so that it is one line. If {@code data} is missing, {@code "data":null}
 * is added. Otherwise the event is kept byte for byte.
 */
public final class EnvelopeDecoder {
    private static final int LONGEST_QUOTE = 80;

    // Reused for each record, by the thread that uses the decoder.
    private final ArrayParser parsers = new ArrayParser();
    private final EventScan event = new EventScan();
    private final ErrorScan error = new ErrorScan();
    private final CompactScan compact = new CompactScan();

    /**
     * Decodes one record of the stream: {@code {"result":{"event":{…}}}} or {@code {"error":…}}. If a record has both,
     * the event counts. Never throws, whatever the bytes are.
     */
    public Signal decodeRecord(byte[] buffer, int offset, int length) {
        try {
            if (Utf8.isValid(buffer, offset, length) && compact.readRecord(buffer, offset, length, event)) {
                parsers.forget();
                return new Signal.Received(event.toEvent(buffer, 0));
            }
            int base = scan(buffer, offset, length, this::readEnvelope);
            if (event.found()) {
                return new Signal.Received(event.toEvent(buffer, base));
            }
            if (error.found()) {
                return error.toSignal();
            }
            return new Signal.Invalid("neither result.event nor error is there");
        } catch (InvalidRecordException e) {
            return new Signal.Invalid(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Decodes an event object without an envelope, as in history pages and the journal.
     *
     * @throws InvalidRecordException if it is not an event; the message says why in one short sentence
     */
    public Event decodeEvent(byte[] buffer, int offset, int length) throws InvalidRecordException {
        if (Utf8.isValid(buffer, offset, length) && compact.readEvent(buffer, offset, length, event)) {
            parsers.forget();
            return event.toEvent(buffer, 0);
        }
        int base = scan(buffer, offset, length, event::read);
        return event.toEvent(buffer, base);
    }

    /** Reads one object; returns the index in the array at which the noted offsets begin. */
    private int scan(byte[] buffer, int offset, int length, ObjectReader reader) throws InvalidRecordException {
        requireObject(buffer, offset, length);
        if (!Utf8.isValid(buffer, offset, length)) {
            throw new InvalidRecordException("not UTF-8");
        }
        if (scanAlong(buffer, offset, length, reader)) {
            return parsers.base();
        }
        scanAlone(buffer, offset, length, reader);
        return offset;
    }

    /**
     * Reads the object with the parser of the earlier records. The result is valid only if the object ends where the
     * record ends: in an invalid record, the parser may have read into the next one.
     */
    private boolean scanAlong(byte[] buffer, int offset, int length, ObjectReader reader) {
        clear();
        try {
            JsonParser parser = parsers.at(buffer, offset);
            parser.nextToken();
            reader.read(parser);
            int end = parsers.readTo(parser);
            int left = offset + length - end;
            if (left >= 0 && RecordBytes.isBlank(buffer, end, left)) {
                return true;
            }
        } catch (IOException | RuntimeException e) {
            // Reading the record alone shows the error.
        }
        parsers.forget();
        return false;
    }

    /** Reads the record alone, and reports its error. */
    private void scanAlone(byte[] buffer, int offset, int length, ObjectReader reader) throws InvalidRecordException {
        clear();
        try (JsonParser parser = parsers.of(buffer, offset, length)) {
            parser.nextToken();
            reader.read(parser);
            if (parser.nextToken() != null) {
                throw new InvalidRecordException("something follows the JSON object");
            }
        } catch (StreamConstraintsException e) {
            throw new InvalidRecordException(
                    "nested deeper than " + ArrayParser.DEEPEST + " levels, or a number or name too long");
        } catch (JsonEOFException e) {
            throw new InvalidRecordException("not JSON: it ends too early");
        } catch (JsonProcessingException e) {
            throw new InvalidRecordException("not JSON: " + Excerpt.of(e.getOriginalMessage(), LONGEST_QUOTE));
        } catch (IOException | RuntimeException e) {
            // Reading from memory causes no I/O errors, so every exception of the parser is about the record, and must
            // not end the stream.
            throw new InvalidRecordException(
                    "the JSON parser gives up: " + e.getClass().getSimpleName());
        }
    }

    private void clear() {
        event.clear();
        error.clear();
    }

    /** Requires an opening brace, so that the parser does not guess an encoding other than UTF-8. */
    private static void requireObject(byte[] buffer, int offset, int length) throws InvalidRecordException {
        int end = offset + length;
        int i = RecordBytes.skipBlanks(buffer, offset, end);
        if (i == end) {
            throw new InvalidRecordException("empty");
        }
        if (buffer[i] != '{') {
            throw new InvalidRecordException("not a JSON object");
        }
        if (i + 1 < end && buffer[i + 1] == 0) {
            throw new InvalidRecordException("not JSON: a NUL after the brace");
        }
    }

    private void readEnvelope(JsonParser parser) throws IOException {
        String name;
        while ((name = parser.nextFieldName()) != null) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "result" -> readResult(parser, value);
                case "error" -> error.readError(parser, value);
                case "code" -> error.readOuterCode(parser, value);
                default -> parser.skipChildren();
            }
        }
    }

    private void readResult(JsonParser parser, JsonToken result) throws IOException {
        event.clear();
        if (result != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        String name;
        while ((name = parser.nextFieldName()) != null) {
            JsonToken value = parser.nextToken();
            if (!name.equals("event")) {
                parser.skipChildren();
            } else if (value == JsonToken.START_OBJECT) {
                event.read(parser);
            } else {
                event.clear();
                parser.skipChildren();
            }
        }
    }

    @FunctionalInterface
    private interface ObjectReader {
        void read(JsonParser parser) throws IOException;
    }
}
