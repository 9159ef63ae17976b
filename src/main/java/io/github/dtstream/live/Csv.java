package io.github.dtstream.live;

import io.github.dtstream.web.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Writes comma-separated values by RFC 4180. An apostrophe precedes a text that a spreadsheet would read as a formula.
 * Not thread-safe.
 */
final class Csv {
    private static final int BUFFER = 16 << 10;
    private static final String FORMULA_BEGINS = "=+-@\t\r";

    private final Answer.TextSink out;
    private final char separator;
    private final StringBuilder buffer = new StringBuilder(BUFFER + 1024);

    Csv(Answer.TextSink out, char separator) {
        this.out = out;
        this.separator = separator;
    }

    /** Writes lines. */
    interface Lines {
        void line(String... fields);
    }

    /** A source of lines that cannot throw {@link IOException}. */
    interface Source {
        void writeTo(Lines lines);
    }

    /** Writes the lines of a source. */
    void unchecked(Source source) throws IOException {
        try {
            source.writeTo(fields -> {
                try {
                    line(fields);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    void line(String... fields) throws IOException {
        for (int i = 0; i < fields.length; i++) {
            if (i > 0) {
                buffer.append(separator);
            }
            field(fields[i]);
        }
        buffer.append("\r\n");
        if (buffer.length() >= BUFFER) {
            flush();
        }
    }

    private void field(String text) {
        boolean isFormula = !text.isEmpty() && FORMULA_BEGINS.indexOf(text.charAt(0)) >= 0 && !isNumber(text);
        boolean isQuoted = isFormula
                || text.indexOf(separator) >= 0
                || text.indexOf('"') >= 0
                || text.indexOf('\n') >= 0
                || text.indexOf('\r') >= 0;
        if (!isQuoted) {
            buffer.append(text);
            return;
        }
        buffer.append('"')
                .append(isFormula ? "'" : "")
                .append(text.replace("\"", "\"\""))
                .append('"');
    }

    /** Whether the text is a number, which may be negative and then is not a formula. */
    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && c != '.' && (c != '-' || i > 0)) {
                return false;
            }
        }
        return text.length() > 1;
    }

    void flush() throws IOException {
        if (buffer.length() > 0) {
            out.write(buffer.toString());
            buffer.setLength(0);
        }
    }
}
