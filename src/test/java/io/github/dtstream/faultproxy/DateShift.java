package io.github.dtstream.faultproxy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Changes the {@code Date} header of HTTP answers that are complete in one chunk; their length does not change. */
final class DateShift {
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);
    private static final Pattern DATE =
            Pattern.compile("(?<=\r\nDate: )\\w{3}, \\d\\d \\w{3} \\d{4} [\\d:]{8} GMT(?=\r\n)");

    private DateShift() {}

    static byte[] apply(byte[] chunk, Duration ahead) {
        if (ahead.isZero()) {
            return chunk;
        }
        // One byte is one character, so that everything else in the chunk stays unchanged.
        Matcher date = DATE.matcher(new String(chunk, StandardCharsets.ISO_8859_1));
        String shifted = date.replaceAll(found ->
                HTTP_DATE.format(ZonedDateTime.parse(found.group(), HTTP_DATE).plus(ahead)));
        return shifted.getBytes(StandardCharsets.ISO_8859_1);
    }
}
