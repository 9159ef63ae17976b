package io.github.dtstream.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event in the form in which the cloud writes it: compact JSON in which each key of the event comes once, and
 * only data has escapes. It needs half the time of a parser, and much less for the first thousand events of a process,
 * as there is little to compile. For JSON that it accepts, a parser has the same result; other JSON is left to a
 * parser. Not thread-safe.
 */
final class CompactScan {
    private static final byte[] ENVELOPE = ascii("{\"result\":{\"event\":");
    private static final byte[][] FIELDS = {
        ascii("eventId"), ascii("targetName"), ascii("eventType"), ascii("data"), ascii("timestamp")
    };
    private static final int DATA = 3;
    private static final int OTHER = FIELDS.length;
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");
    private static final byte[] NULL = ascii("null");

    // Much less than a parser allows, so that levels need not be counted exactly.
    private static final int DEEPEST = 32;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_NUMBER = 200;
    /** The size of the cache of texts, a power of two. */
    private static final int KNOWN_TEXTS = 64;

    private final @Nullable String[] values = new String[FIELDS.length];
    /** Cached event types and names in their data: they are few, so most need not be made again. */
    private final @Nullable String[] known = new String[KNOWN_TEXTS];

    private byte[] bytes = new byte[0];
    private int at;
    private int end;

    /**
     * Reads a record of the stream: an event in its envelope.
     *
     * @param buffer UTF-8, already checked
     * @param into gets the results, with indices from the array's beginning
     * @return whether the record has the expected form; if not, {@code into} is not valid
     */
    boolean readRecord(byte[] buffer, int offset, int length, EventScan into) {
        begin(buffer, offset, length);
        return take(ENVELOPE) && event(into) && take('}') && take('}') && at == end;
    }

    /** Reads an event without an envelope, in the same way. */
    boolean readEvent(byte[] buffer, int offset, int length, EventScan into) {
        begin(buffer, offset, length);
        return event(into) && at == end;
    }

    private void begin(byte[] buffer, int offset, int length) {
        bytes = buffer;
        at = offset;
        end = offset + length;
    }

    private boolean event(EventScan into) {
        into.clear();
        Arrays.fill(values, null);
        int start = at;
        if (!take('{')) {
            return false;
        }
        int seen = 0;
        do {
            int field = field();
            if (field < 0 || field < OTHER && (seen & 1 << field) != 0) {
                return false;
            }
            seen |= 1 << field;
            boolean read = field == DATA ? data(into) : field == OTHER ? skipValue(1) : value(field);
            if (!read) {
                return false;
            }
        } while (take(','));
        if (!take('}')) {
            return false;
        }
        into.found(start, at, values[0], values[1], values[2], values[4]);
        return true;
    }

    /** Reads a key and its colon; returns the field's number, or -1 if the form is unexpected. */
    private int field() {
        int from = at + 1;
        int to = name();
        if (to < 0 || !take(':')) {
            return -1;
        }
        for (int i = 0; i < FIELDS.length; i++) {
            if (to - from == FIELDS[i].length && Arrays.equals(bytes, from, to, FIELDS[i], 0, to - from)) {
                return i;
            }
        }
        return OTHER;
    }

    /** Reads a string without escapes; returns the index of its closing quote, or -1. */
    private int name() {
        int to = plainEnd();
        return to - at > LONGEST_NAME ? -1 : pass(to);
    }

    private int pass(int closingQuote) {
        at = closingQuote < 0 ? at : closingQuote + 1;
        return closingQuote;
    }

    /** The index of a string's closing quote, if the string has only printable ASCII without escapes; else -1. */
    private int plainEnd() {
        if (at >= end || bytes[at] != '"') {
            return -1;
        }
        int found = ByteSearch.indexOfUnplain(bytes, at + 1, end);
        return found < end && bytes[found] == '"' ? found : -1;
    }

    private boolean value(int field) {
        int from = at + 1;
        int to = pass(plainEnd());
        if (to < 0) {
            return false;
        }
        values[field] = field == 2 ? text(from, to) : made(from, to);
        return true;
    }

    private String made(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private String text(int from, int to) {
        int hash = to - from;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + bytes[i];
        }
        int slot = (hash ^ hash >>> 6 ^ hash >>> 12) & KNOWN_TEXTS - 1;
        String found = known[slot];
        if (found == null || !isAt(found, from, to)) {
            found = made(from, to);
            known[slot] = found;
        }
        return found;
    }

    private boolean isAt(String text, int from, int to) {
        int length = to - from;
        int i = 0;
        while (i < length && text.length() == length && text.charAt(i) == bytes[from + i]) {
            i++;
        }
        return i == length && text.length() == length;
    }

    private boolean data(EventScan into) {
        int start = at;
        boolean read = at < end && bytes[at] == '{' ? members(into) : skipValue(1);
        into.data(start, at);
        return read;
    }

    private boolean members(EventScan into) {
        at++;
        if (take('}')) {
            return true;
        }
        do {
            int from = at + 1;
            int to = name();
            if (to < 0 || !take(':')) {
                return false;
            }
            String name = text(from, to);
            int start = at;
            if (!skipValue(2)) {
                return false;
            }
            into.member(name, start, at);
        } while (take(','));
        return take('}');
    }

    private boolean skipValue(int depth) {
        if (at >= end || depth > DEEPEST) {
            return false;
        }
        return switch (bytes[at]) {
            case '"' -> skipString();
            case '{' -> skipObject(depth);
            case '[' -> skipArray(depth);
            case 't' -> take(TRUE);
            case 'f' -> take(FALSE);
            case 'n' -> take(NULL);
            default -> skipNumber();
        };
    }

    private boolean skipObject(int depth) {
        at++;
        if (take('}')) {
            return true;
        }
        do {
            if (name() < 0 || !take(':') || !skipValue(depth + 1)) {
                return false;
            }
        } while (take(','));
        return take('}');
    }

    private boolean skipArray(int depth) {
        at++;
        if (take(']')) {
            return true;
        }
        do {
            if (!skipValue(depth + 1)) {
                return false;
            }
        } while (take(','));
        return take(']');
    }

    private boolean skipString() {
        at++;
        while (at < end) {
            byte next = bytes[at++];
            if (next == '"') {
                return true;
            }
            if (next == '\\' ? !skipEscape() : next >= 0 && next < ' ') {
                return false;
            }
        }
        return false;
    }

    private boolean skipEscape() {
        if (at >= end) {
            return false;
        }
        byte escaped = bytes[at++];
        if (escaped != 'u') {
            return "\"\\/bfnrt".indexOf(escaped) >= 0;
        }
        int to = at + 4;
        while (at < to) {
            if (at >= end || bytes[at] < 0 || Character.digit(bytes[at], 16) < 0) {
                return false;
            }
            at++;
        }
        return true;
    }

    private boolean skipNumber() {
        int start = at;
        take('-');
        if (!take('0') && !skipDigits()) {
            return false;
        }
        if (take('.') && !skipDigits()) {
            return false;
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            if (!skipDigits()) {
                return false;
            }
        }
        return at - start <= LONGEST_NUMBER;
    }

    private boolean skipDigits() {
        int from = at;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at > from;
    }

    private boolean take(char expected) {
        if (at < end && bytes[at] == expected) {
            at++;
            return true;
        }
        return false;
    }

    private boolean take(byte[] expected) {
        int to = at + expected.length;
        if (to > end || !Arrays.equals(bytes, at, to, expected, 0, expected.length)) {
            return false;
        }
        at = to;
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
