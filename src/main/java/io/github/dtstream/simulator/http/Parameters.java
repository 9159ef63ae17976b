package io.github.dtstream.simulator.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The query or form parameters of a request. A key may be in snake_case or camelCase. Unknown keys are ignored, as by
 * the gateway in front of the real API.
 */
public final class Parameters {
    // The range of a protobuf timestamp.
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final Map<String, List<String>> values = new TreeMap<>();

    public Parameters(@Nullable String encoded) throws HttpError {
        if (encoded == null || encoded.isEmpty()) {
            return;
        }
        for (String pair : encoded.split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            values.computeIfAbsent(snakeCase(key), k -> new ArrayList<>()).add(value);
        }
    }

    private static String decode(String text) throws HttpError {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new HttpError(400, "invalid escape in the query");
        }
    }

    private static String snakeCase(String key) {
        return key.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    /** All values of a repeated parameter, without empty ones. */
    public List<String> list(String key) {
        return values.getOrDefault(key, List.of()).stream()
                .filter(value -> !value.isEmpty())
                .toList();
    }

    public Optional<String> scalar(String key) throws HttpError {
        List<String> all = values.getOrDefault(key, List.of());
        if (all.size() > 1) {
            throw new HttpError(400, "too many values for field \"" + key + "\": " + String.join(", ", all));
        }
        return all.isEmpty() || all.get(0).isEmpty() ? Optional.empty() : Optional.of(all.get(0));
    }

    public Optional<Duration> duration(String key) throws HttpError {
        Optional<String> text = scalar(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<Duration> duration = GoDuration.parse(text.get());
        if (duration.isEmpty()) {
            throw new HttpError(400, "invalid duration for " + key + ": " + text.get());
        }
        return duration;
    }

    public Instant time(String key, Instant otherwise) throws HttpError {
        Optional<String> text = scalar(key);
        try {
            Instant time = text.isEmpty()
                    ? otherwise
                    : OffsetDateTime.parse(text.get()).toInstant();
            if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
                throw new HttpError(400, "timestamp out of range for " + key + ": " + text.get());
            }
            return time;
        } catch (DateTimeException e) {
            throw new HttpError(400, "invalid timestamp for " + key + ": " + text.get());
        }
    }

    /** The page size: the maximum if none is requested, or more than that. */
    public int pageSize(int most) throws HttpError {
        Optional<String> text = scalar("page_size");
        try {
            int asked = text.isEmpty() ? 0 : Integer.parseInt(text.get());
            if (asked < 0) {
                throw new HttpError(400, "page_size is negative");
            }
            return asked == 0 ? most : Math.min(asked, most);
        } catch (NumberFormatException e) {
            throw new HttpError(400, "invalid page_size: " + text.get());
        }
    }
}
