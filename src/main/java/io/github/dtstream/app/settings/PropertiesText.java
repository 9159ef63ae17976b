package io.github.dtstream.app.settings;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Reads the text of a properties file. {@link Properties} parses each entry; this class adds the line of each entry,
 * and the backslashes that {@code Properties} drops silently. Stateless.
 */
final class PropertiesText {
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    /** The characters before which a backslash has a meaning. */
    private static final String ESCAPED = "tnrfu\\ :=#!\"'\n\r";

    private PropertiesText() {}

    /**
     * One entry.
     *
     * @param line the line on which it begins, from 1
     * @param lost the first character whose backslash is dropped; empty text if none is
     */
    record Entry(String key, String value, int line, String lost) {}

    /** Thrown for a text that is not a properties file; the message says why and where. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(int line) {
            super("line " + line
                    + ": a backslash with a u after it needs four hexadecimal digits; write the backslash twice");
        }
    }

    /** Reads the entries that have a key, in the order of the file, including those that a later entry replaces. */
    static List<Entry> parse(String text) throws MalformedException {
        String[] lines = (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text).split("\r\n|\r|\n", -1);
        List<Entry> entries = new ArrayList<>();
        int next = 0;
        while (next < lines.length) {
            int first = next;
            StringBuilder whole = new StringBuilder(lines[next++]);
            if (isComment(lines[first])) {
                continue;
            }
            while (next < lines.length && goesOn(lines[next - 1])) {
                whole.append('\n').append(lines[next++]);
            }
            add(whole.toString(), first + 1, entries);
        }
        return entries;
    }

    private static void add(String whole, int line, List<Entry> entries) throws MalformedException {
        Properties read = new Properties();
        try {
            read.load(new StringReader(whole));
        } catch (IllegalArgumentException e) {
            throw new MalformedException(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (String key : read.stringPropertyNames()) {
            if (!key.isEmpty()) {
                entries.add(new Entry(key, read.getProperty(key), line, lost(whole)));
            }
        }
    }

    private static boolean isComment(String line) {
        String text = line.replaceFirst("^[ \t\f]+", "");
        return text.isEmpty() || text.startsWith("#") || text.startsWith("!");
    }

    /** Whether the line ends in a backslash that is not itself escaped. */
    private static boolean goesOn(String line) {
        int backslashes = 0;
        while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    private static String lost(String whole) {
        for (int i = 0; i < whole.length() - 1; i++) {
            if (whole.charAt(i) == '\\') {
                i++;
                if (ESCAPED.indexOf(whole.charAt(i)) < 0) {
                    return whole.substring(i, i + Character.charCount(whole.codePointAt(i)));
                }
            }
        }
        return "";
    }
}
