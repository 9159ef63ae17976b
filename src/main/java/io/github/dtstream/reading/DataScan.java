package io.github.dtstream.reading;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.dtstream.event.Event;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the data of an event in the form in which the cloud writes it: compact JSON with simple names, and at most one
 * sample, which repeats the value beside it. This takes a third of a parser's time, and makes no objects but the
 * results. For data that it accepts, a parser has the same result, as the event's JSON was checked when it was
 * received. Data that it does not accept is left to a parser. Not thread-safe.
 */
final class DataScan {
    /**
     * Numbers with so many digits, and powers of ten up to it, are exact in a double; so their quotient is rounded
     * correctly.
     */
    private static final int MOST_DIGITS = 15;

    private static final double[] POWERS = new double[MOST_DIGITS + 1];
    /** The size of the cache of texts, a power of two. */
    private static final int KNOWN_TEXTS = 256;

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    private final List<Reading> readings;
    private final List<String> connectors;
    /** Cached names of fields and identifiers of Cloud Connectors: they are few, so most need not be made again. */
    private final @Nullable String[] known = new String[KNOWN_TEXTS];

    private boolean isBackfilled;

    private byte[] json = new byte[0];
    private int at;
    private int end;
    private double number;

    /**
     * @param readings gets the readings
     * @param connectors gets the Cloud Connectors
     */
    DataScan(List<Reading> readings, List<String> connectors) {
        this.readings = readings;
        this.connectors = connectors;
    }

    /** Whether the last event was kept in its sensor's memory before it was sent. */
    boolean isBackfilled() {
        return isBackfilled;
    }

    /**
     * Reads the data of an event.
     *
     * @param wanted the quantities, by field
     * @return whether the data has the expected form; if not, the results are not valid
     */
    boolean read(Event event, Map<String, Quantity> wanted, long time) {
        json = event.json();
        at = event.dataOffset();
        end = at + event.dataLength();
        isBackfilled = false;
        if (!take('{')) {
            return false;
        }
        if (take('}')) {
            return at == end;
        }
        do {
            String name = text();
            if (name == null || !take(':') || !member(name, wanted, time)) {
                return false;
            }
        } while (take(','));
        return take('}') && at == end;
    }

    private boolean member(String name, Map<String, Quantity> wanted, long time) {
        Quantity quantity = wanted.get(name);
        if (quantity != null) {
            return quantity.states().isEmpty() ? number(quantity, time) : state(quantity, time);
        }
        return switch (name) {
            case "samples" -> skipOneSample(wanted);
            case "cloudConnectors" -> connectors();
            case "isBackfilled" -> flag();
            default -> skipValue();
        };
    }

    private boolean number(Quantity quantity, long time) {
        boolean isNumber = number();
        if (isNumber) {
            readings.add(new Reading(quantity, time, number, null));
        }
        return isNumber;
    }

    /** Reads a number without an exponent and with few digits. */
    private boolean number() {
        boolean isNegative = take('-');
        int from = at;
        long digits = 0;
        int point = -1;
        for (; at < end; at++) {
            byte next = json[at];
            if (next == '.' && point < 0) {
                point = at;
            } else if (next >= '0' && next <= '9' && at - from <= MOST_DIGITS) {
                digits = digits * 10 + next - '0';
            } else {
                break;
            }
        }
        int length = at - from - (point < 0 ? 0 : 1);
        // A parser decides which zero it is.
        if (length < 1 || length > MOST_DIGITS || digits == 0 && isNegative || point == at - 1 || !isOver()) {
            return false;
        }
        double read = point < 0 ? digits : digits / POWERS[at - 1 - point];
        number = isNegative ? -read : read;
        return true;
    }

    private boolean isOver() {
        return at < end && (json[at] == ',' || json[at] == '}');
    }

    private boolean state(Quantity quantity, long time) {
        int from = at + 1;
        int to = plainEnd();
        if (to < 0) {
            return false;
        }
        for (String state : quantity.states()) {
            if (isAt(state, from, to)) {
                at = to + 1;
                readings.add(new Reading(quantity, time, Double.NaN, state));
                return true;
            }
        }
        return false;
    }

    /** Skips one sample; it repeats the value beside it if there is one per quantity at most. */
    private boolean skipOneSample(Map<String, Quantity> wanted) {
        if (!take('[')) {
            return false;
        }
        if (take(']')) {
            return true;
        }
        if (!take('{')) {
            return false;
        }
        int values = 0;
        do {
            String name = text();
            if (name == null || !take(':') || !skipValue()) {
                return false;
            }
            values += wanted.containsKey(name) ? 1 : 0;
        } while (take(','));
        return take('}') && take(']') && values <= wanted.size();
    }

    private boolean connectors() {
        if (!take('[')) {
            return false;
        }
        if (take(']')) {
            return true;
        }
        do {
            if (!connector()) {
                return false;
            }
        } while (take(','));
        return take(']');
    }

    private boolean connector() {
        if (!take('{')) {
            return false;
        }
        do {
            String name = text();
            if (name == null || !take(':')) {
                return false;
            }
            if (!name.equals("id")) {
                if (!skipValue()) {
                    return false;
                }
            } else {
                String id = text();
                if (id == null) {
                    return false;
                }
                connectors.add(id);
            }
        } while (take(','));
        return take('}');
    }

    private boolean flag() {
        isBackfilled = at < end && json[at] == 't';
        return (isBackfilled || at < end && json[at] == 'f') && skipValue();
    }

    /** Skips a value; its content was checked to be JSON when the event was received. */
    private boolean skipValue() {
        int depth = 0;
        int from = at;
        while (at < end) {
            switch (json[at]) {
                case '"' -> {
                    int to = plainEnd();
                    if (to < 0) {
                        return false;
                    }
                    at = to;
                }
                case '{', '[' -> depth++;
                case ',' -> {
                    if (depth == 0) {
                        return at > from;
                    }
                }
                case '}', ']' -> {
                    if (depth-- == 0) {
                        return at > from;
                    }
                }
                case ' ', '\t' -> {
                    return false;
                }
                default -> {
                    // The character is part of a number, or of true, false or null.
                }
            }
            at++;
        }
        return false;
    }

    /** Reads a string without escapes; null if there is none. Equal strings are usually the same object. */
    private @Nullable String text() {
        if (at >= end || json[at] != '"') {
            return null;
        }
        int from = at + 1;
        int to = from;
        int hash = 0;
        while (to < end && json[to] != '"') {
            if (json[to] < ' ' || json[to] == '\\') {
                return null;
            }
            hash = hash * 31 + json[to++];
        }
        if (to == end) {
            return null;
        }
        at = to + 1;
        int slot = (hash ^ hash >>> 8 ^ hash >>> 16) & KNOWN_TEXTS - 1;
        String found = known[slot];
        if (found == null || !isAt(found, from, to)) {
            found = new String(json, from, to - from, ISO_8859_1).intern();
            known[slot] = found;
        }
        return found;
    }

    /** The index of a string's closing quote, if the string has only printable ASCII without escapes; else -1. */
    private int plainEnd() {
        if (at >= end || json[at] != '"') {
            return -1;
        }
        int i = at + 1;
        while (i < end && json[i] != '"') {
            if (json[i] < ' ' || json[i] == '\\') {
                return -1;
            }
            i++;
        }
        return i < end ? i : -1;
    }

    private boolean isAt(String text, int from, int to) {
        int length = to - from;
        int i = 0;
        while (i < length && text.length() == length && text.charAt(i) == json[from + i]) {
            i++;
        }
        return i == length && text.length() == length;
    }

    private boolean take(char expected) {
        if (at < end && json[at] == expected) {
            at++;
            return true;
        }
        return false;
    }
}
