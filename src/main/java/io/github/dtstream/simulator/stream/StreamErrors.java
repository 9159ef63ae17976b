package io.github.dtstream.simulator.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.simulator.http.HttpError;
import io.github.dtstream.simulator.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Error records in the forms that the API has used. */
public final class StreamErrors {
    private static final Map<Integer, Integer> HTTP_OF_GRPC = Map.ofEntries(
            Map.entry(1, 408),
            Map.entry(2, 500),
            Map.entry(3, 400),
            Map.entry(4, 504),
            Map.entry(5, 404),
            Map.entry(7, 403),
            Map.entry(8, 429),
            Map.entry(13, 500),
            Map.entry(14, 503),
            Map.entry(16, 401));

    private StreamErrors() {}

    public static byte[] of(ErrorShape shape, int code, String message) {
        String quoted = Json.quote(message);
        String text =
                switch (shape) {
                    case A ->
                        "{\"error\":{\"code\":" + code + ",\"message\":" + quoted + ",\"details\":[{\"help\":\""
                                + HttpError.help(code) + "\"}]}}";
                    case B ->
                        "{\"error\":{\"grpcCode\":" + grpcCode(code) + ",\"httpCode\":" + httpStatus(code)
                                + ",\"message\":" + quoted + ",\"httpStatus\":" + Json.quote(reason(httpStatus(code)))
                                + ",\"details\":[]}}";
                    case C -> HttpError.body(code, message);
                };
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The HTTP status of a code, which may be a gRPC code, as the gateway converts it. */
    static int httpStatus(int code) {
        return code >= 100 ? code : HTTP_OF_GRPC.getOrDefault(code, 500);
    }

    /** Whether a record reports an error. */
    static boolean isError(byte[] record) {
        return new String(record, StandardCharsets.UTF_8).startsWith("{\"error\"");
    }

    /** The HTTP status of an error record if nothing was sent before it. */
    static int statusOf(byte[] record) throws IOException {
        JsonNode root = Json.parse(record);
        JsonNode error = root.path("error");
        JsonNode code = error.isObject()
                ? error.path("httpCode").isInt() ? error.path("httpCode") : error.path("code")
                : root.path("code");
        int status = httpStatus(code.asInt(500));
        return status >= 400 && status <= 599 ? status : 500;
    }

    private static int grpcCode(int code) {
        if (code < 100) {
            return code;
        }
        return HTTP_OF_GRPC.entrySet().stream()
                .filter(entry -> entry.getValue() == code)
                .mapToInt(Map.Entry::getKey)
                .min()
                .orElse(2);
    }

    private static String reason(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 408 -> "Request Timeout";
            case 429 -> "Too Many Requests";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            default -> "Internal Server Error";
        };
    }
}
