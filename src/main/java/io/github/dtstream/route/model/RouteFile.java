package io.github.dtstream.route.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The content of one file at one moment. Immutable.
 *
 * @param name its name in the directory, for example {@code events-to-log.camel.yaml}
 * @param label its name in messages: the directory as given, and the name
 * @param text its content
 * @param hash the SHA-256 of the content
 */
public record RouteFile(String name, String label, String text, String hash) {
    /** The end of a route file's name. */
    static final String SUFFIX = ".camel.yaml";

    /** The name of a file of alarm rules, or the end of its name. */
    static final String ALARMS = "alarms.yaml";

    /** The character as which invalid UTF-8 is read. */
    static final char NO_CHARACTER = '\uFFFD';

    public static RouteFile read(Path path) throws IOException {
        String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
        return of(path, text);
    }

    public static RouteFile of(Path path, String text) {
        return new RouteFile(path.getFileName().toString(), path.toString(), text, hash(text));
    }

    /** The same file with another content. */
    public RouteFile withText(String other) {
        return new RouteFile(name, label, other, hash(other));
    }

    /** The name without the suffix; it is the id of a route that has none. */
    public String stem() {
        String suffix = name.equals(ALARMS) ? ".yaml" : hasAlarms() ? "." + ALARMS : SUFFIX;
        return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
    }

    /** Whether it holds alarm rules, not routes. */
    public boolean hasAlarms() {
        return isAlarmsName(name);
    }

    static boolean isAlarmsName(String name) {
        return name.equals(ALARMS) || name.endsWith("." + ALARMS);
    }

    static String hash(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
