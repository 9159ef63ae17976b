package io.github.dtstream.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * One JSON parser for all records in an array, such as the lines in a read buffer. A parser for each record would cost
 * another fifth of the time that parsing takes. The parser may read beyond the end of a record, so its user checks its
 * position afterwards. Not thread-safe.
 */
final class ArrayParser {
    static final int DEEPEST = 64;

    private static final int LONGEST_NUMBER = 1_000;
    private static final int LONGEST_NAME = 1_000;

    private final JsonFactory factory = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNameLength(LONGEST_NAME)
                    .maxNumberLength(LONGEST_NUMBER)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private @Nullable JsonParser parser;
    private byte[] array = new byte[0];
    private int base;
    private int position;

    /** A parser whose next token is the first at or after the offset; it sees the array to its very end. */
    JsonParser at(byte[] bytes, int offset) throws IOException {
        JsonParser current = parser;
        if (current != null && bytes == array && isBlank(bytes, position, offset)) {
            return current;
        }
        forget();
        current = factory.createParser(bytes, offset, bytes.length - offset);
        parser = current;
        array = bytes;
        base = offset;
        position = offset;
        return current;
    }

    /** A parser for these bytes and no others; the caller closes it. Its byte offsets count from the offset. */
    JsonParser of(byte[] bytes, int offset, int length) throws IOException {
        return factory.createParser(bytes, offset, length);
    }

    /** The index in the array at which the byte offsets of the last parser of {@link #at} begin. */
    int base() {
        return base;
    }

    /** Notes that a value was read completely, and returns its end in the array. */
    int readTo(JsonParser current) {
        position = base + (int) current.currentLocation().getByteOffset();
        return position;
    }

    /** Notes that the parser's position is unknown: the next record gets a new parser. */
    void forget() {
        JsonParser current = parser;
        parser = null;
        if (current != null) {
            try {
                current.close();
            } catch (IOException e) {
                throw new UncheckedIOException("closing a parser of an array reads and writes nothing", e);
            }
        }
    }

    private static boolean isBlank(byte[] bytes, int from, int to) {
        return from <= to && RecordBytes.isBlank(bytes, from, to - from);
    }
}
