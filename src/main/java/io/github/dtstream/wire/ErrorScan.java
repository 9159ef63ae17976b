package io.github.dtstream.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.dtstream.text.Excerpt;
import java.io.IOException;

/**
 * Reads an error envelope in its three forms: an object with {@code code}, an object with {@code httpCode} and {@code
 * grpcCode}, or a string with a top-level {@code code} beside it. Not thread-safe; reused for each record.
 */
final class ErrorScan {
    private static final int NO_CODE = -1;
    private static final int LONGEST_CODE = 9;
    private static final int LONGEST_MESSAGE = 500;

    private boolean found;
    private String message = "";
    private int code;
    private int httpCode;
    private int grpcCode;
    private int outerCode;

    void clear() {
        clearError();
        outerCode = NO_CODE;
    }

    boolean found() {
        return found;
    }

    /** Reads the value of {@code error}; a JSON null means that there is no error. */
    void readError(JsonParser parser, JsonToken value) throws IOException {
        clearError();
        found = value != JsonToken.VALUE_NULL;
        if (value == JsonToken.START_OBJECT) {
            readMembers(parser);
        } else if (value.isScalarValue()) {
            message = Excerpt.of(parser.getText(), LONGEST_MESSAGE);
        } else {
            parser.skipChildren();
        }
    }

    /** Reads the {@code code} beside {@code error}. */
    void readOuterCode(JsonParser parser, JsonToken value) throws IOException {
        outerCode = number(parser, value);
    }

    Signal.StreamError toSignal() {
        return new Signal.StreamError(firstOf(code, httpCode, grpcCode, outerCode), message);
    }

    private void readMembers(JsonParser parser) throws IOException {
        String name;
        while ((name = parser.nextFieldName()) != null) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "code" -> code = number(parser, value);
                case "httpCode" -> httpCode = number(parser, value);
                case "grpcCode" -> grpcCode = number(parser, value);
                case "message" -> message = text(parser, value);
                default -> parser.skipChildren();
            }
        }
    }

    private void clearError() {
        found = false;
        message = "";
        code = NO_CODE;
        httpCode = NO_CODE;
        grpcCode = NO_CODE;
    }

    private static String text(JsonParser parser, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            return Excerpt.of(parser.getText(), LONGEST_MESSAGE);
        }
        parser.skipChildren();
        return "";
    }

    /** An integer, also as a string; {@link #NO_CODE} for anything else. */
    private static int number(JsonParser parser, JsonToken value) throws IOException {
        if (value != JsonToken.VALUE_NUMBER_INT && value != JsonToken.VALUE_STRING) {
            parser.skipChildren();
            return NO_CODE;
        }
        String digits = parser.getText();
        boolean plain = !digits.isEmpty()
                && digits.length() <= LONGEST_CODE
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return plain ? Integer.parseInt(digits) : NO_CODE;
    }

    private static int firstOf(int... codes) {
        for (int candidate : codes) {
            if (candidate != NO_CODE) {
                return candidate;
            }
        }
        return NO_CODE;
    }
}
