package io.github.dtstream.file;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file names that a route's {@code fileName} can make: {@code ${header.DtReceivedDate}.ndjson} makes names that end
 * in {@code .ndjson}. Immutable.
 */
final class FileNames {
    private static final Pattern DATE = Pattern.compile("(?<!\\d)\\d{4}-\\d{2}-\\d{2}(?!\\d)");

    private final Pattern pattern;
    /**
     * Whether only names with a date match: this is so if the name consists of expressions, as any other file could
     * belong to somebody else.
     */
    private final boolean isDated;

    private FileNames(Pattern pattern, boolean isDated) {
        this.pattern = pattern;
        this.isDated = isDated;
    }

    /** @param fileName literal text with expressions {@code ${…}} or {@code $simple{…}} */
    static FileNames of(String fileName) {
        StringBuilder regex = new StringBuilder();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < fileName.length()) {
            int end = endOfExpression(fileName, at);
            if (end == at) {
                char letter = fileName.charAt(at++);
                literal.append(letter);
                regex.append(Pattern.quote(String.valueOf(letter)));
            } else {
                regex.append(".+");
                at = end;
            }
        }
        boolean tellsNothing = literal.chars().noneMatch(Character::isLetterOrDigit);
        return new FileNames(Pattern.compile(regex.toString()), tellsNothing);
    }

    /** The end of the expression that begins here; the same index if there is none. */
    private static int endOfExpression(String text, int begin) {
        int at = text.startsWith("${", begin)
                ? begin + "${".length()
                : text.startsWith("$simple{", begin) ? begin + "$simple{".length() : begin;
        for (int depth = at == begin ? 0 : 1; depth > 0; at++) {
            if (at == text.length()) {
                return begin;
            }
            depth += text.charAt(at) == '{' ? 1 : text.charAt(at) == '}' ? -1 : 0;
        }
        return at;
    }

    /** @param name the path below the route's folder, with slashes */
    boolean include(String name) {
        return pattern.matcher(name).matches() && (!isDated || day(name).isPresent());
    }

    /** The last date in a name. */
    static Optional<LocalDate> day(String name) {
        Optional<LocalDate> latest = Optional.empty();
        Matcher matcher = DATE.matcher(name);
        while (matcher.find()) {
            try {
                LocalDate day = LocalDate.parse(matcher.group());
                latest = latest.filter(day::isBefore).or(() -> Optional.of(day));
            } catch (DateTimeParseException e) {
                // 2026-13-45 is not a date.
            }
        }
        return latest;
    }
}
