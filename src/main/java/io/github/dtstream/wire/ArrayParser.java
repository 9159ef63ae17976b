package io.github.dtstream.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * One JSON parser for the records that follow each other in an array, as lines in a read buffer do: making and closing one
 * takes a fifth of the time that parsing a record takes. It may read on behind a record's end, so whoever uses it checks
 * where it stands afterwards. Not thread-safe.
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

    /** What the byte offsets of the parser that {@link #at} returned last count from. */
    int base() {
        return base;
    }

    /** Notes that a value was read to its end, and says where that is in the array. */
    int readTo(JsonParser current) {
        position = base + (int) current.currentLocation().getByteOffset();
        return position;
    }

    /** The parser may stand anywhere: the next record gets another one. */
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
