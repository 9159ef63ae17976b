package io.github.dtstream.app.router;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Parses InfluxDB's line protocol strictly by its grammar, and refuses anything else: {@code measurement[,tag=value…]
 * field=value[,field=value…] timestamp}. Not thread-safe.
 */
final class LineProtocol {
    private static final Pattern FLOAT = Pattern.compile("[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+[iu]");
    private static final Pattern BOOLEAN = Pattern.compile("[tTfF]|true|True|TRUE|false|False|FALSE");
    private static final Pattern TIMESTAMP = Pattern.compile("-?[0-9]+");

    private final String text;
    private int at;

    private LineProtocol(String text) {
        this.text = text;
    }

    /** The content of a line; a field's value is a number, a text or a truth value. */
    record Point(String measurement, Map<String, String> tags, Map<String, Object> fields, long timestamp) {
        /** Two points with the same key would replace each other. */
        String key() {
            return measurement + tags + timestamp;
        }
    }

    static List<Point> read(String text) {
        LineProtocol reader = new LineProtocol(text);
        List<Point> points = new ArrayList<>();
        while (reader.at < text.length()) {
            points.add(reader.point());
        }
        return points;
    }

    private Point point() {
        String measurement = name(", ");
        if (measurement.startsWith("_") || measurement.startsWith("#")) {
            throw error("a measurement that begins with " + measurement.charAt(0));
        }
        Map<String, String> tags = new TreeMap<>();
        while (peek() == ',') {
            at++;
            String key = name("=");
            take('=');
            put(tags, key, name(", "));
        }
        take(' ');
        Map<String, Object> fields = new TreeMap<>();
        do {
            String key = name("=");
            take('=');
            put(fields, key, value());
        } while (peek() == ',' && at++ > 0);
        take(' ');
        String timestamp = until(c -> c == '\n');
        if (!TIMESTAMP.matcher(timestamp).matches()) {
            throw error("no timestamp: '" + timestamp + "'");
        }
        if (at < text.length()) {
            take('\n');
        }
        return new Point(measurement, tags, fields, Long.parseLong(timestamp));
    }

    private <V> void put(Map<String, V> map, String key, V value) {
        if (map.put(key, value) != null) {
            throw error(key + " twice");
        }
    }

    /**
     * A measurement, key or tag value: not empty, ended by one of the characters, with escapes for comma, equals sign
     * and space.
     */
    private String name(String ends) {
        StringBuilder name = new StringBuilder();
        while (ends.indexOf(peek()) < 0) {
            char c = text.charAt(at++);
            if (c == '\n' || c == '\r' || c == ' ' || c == ',' || c == '=') {
                throw error("'" + c + "' is not escaped");
            }
            if (c == '\\' && ", =".indexOf(peek()) >= 0) {
                c = text.charAt(at++);
            }
            name.append(c);
        }
        if (name.isEmpty() || name.charAt(name.length() - 1) == '\\') {
            throw error("an empty name, or one that ends in a backslash");
        }
        return name.toString();
    }

    private Object value() {
        if (peek() == '"') {
            return quoted();
        }
        String value = until(c -> c == ',' || c == ' ' || c == '\n');
        if (FLOAT.matcher(value).matches()) {
            return Double.valueOf(value);
        }
        if (INTEGER.matcher(value).matches()) {
            return Long.valueOf(value.substring(0, value.length() - 1));
        }
        if (BOOLEAN.matcher(value).matches()) {
            return Character.toLowerCase(value.charAt(0)) == 't';
        }
        throw error("no value: '" + value + "'");
    }

    private String quoted() {
        StringBuilder value = new StringBuilder();
        at++;
        while (peek() != '"') {
            char c = text.charAt(at++);
            if (c == '\\' && (peek() == '"' || peek() == '\\')) {
                c = text.charAt(at++);
            }
            value.append(c);
        }
        at++;
        return value.toString();
    }

    private String until(Predicate<Character> end) {
        int from = at;
        while (at < text.length() && !end.test(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    private char peek() {
        if (at >= text.length()) {
            throw error("it ends too early");
        }
        return text.charAt(at);
    }

    private void take(char expected) {
        if (peek() != expected) {
            throw error("'" + expected + "' is missing");
        }
        at++;
    }

    private IllegalArgumentException error(String what) {
        return new IllegalArgumentException(what + " at " + at + " of " + text);
    }
}
