package io.github.dtstream.cloud.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.cloud.http.HttpAnswer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Separates the cloud's own answers from those of a proxy, a gateway or a sign-in page. An answer that does not have
 * the form that the API documents is foreign, whatever its status. Pure.
 */
public final class ForeignAnswer {
    private static final Pattern TITLE =
            Pattern.compile("<title[^>]*>(.{0,200}?)</title>", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** Media types of pages and files, which the API does not send. */
    private static final Pattern NO_STREAM =
            Pattern.compile("text/(html|xml|css|javascript|calendar|csv)|(image|audio|video|font|multipart)/.*"
                    + "|application/(xml|xhtml\\+xml|pdf|zip|javascript|x-ns-proxy-autoconfig)");

    private static final Pattern OAUTH_ERROR = Pattern.compile("[a-z0-9_.:/-]+");

    private static final Pattern KNOWN_SCHEME =
            Pattern.compile("(?:^|,)\\s*(Basic|Digest)\\b", Pattern.CASE_INSENSITIVE);

    private static final ObjectMapper JSON = new ObjectMapper();

    private ForeignAnswer() {}

    /**
     * The body of an API error answer, in any of its forms: a JSON object with {@code error} and a numeric code. Empty
     * if the answer is not the API's; the API sends no redirects.
     */
    static Optional<JsonNode> apiError(HttpAnswer answer) {
        return answer.status() < 400
                ? Optional.empty()
                : jsonObject(answer).filter(body -> !body.path("error").isMissingNode() && hasCode(body));
    }

    /**
     * The body of an error answer of the token endpoint: a JSON object whose {@code error} is a code, as in RFC 6749,
     * section 5.2, or as in the API. Empty if the answer is not the token endpoint's: a gateway's JSON may have an
     * {@code error} as well, with words such as {@code Not Found}.
     */
    public static Optional<JsonNode> tokenError(HttpAnswer answer) {
        return apiError(answer)
                .or(() -> jsonObject(answer)
                        .filter(body ->
                                OAUTH_ERROR.matcher(body.path("error").asText()).matches()));
    }

    /** Whether the body of a 2xx answer may be the requested JSON object. */
    public static boolean isJsonObject(HttpAnswer answer) {
        if (!mayBeJson(answer.mediaType())) {
            return false;
        }
        for (byte each : answer.body()) {
            if (each != ' ' && each != '\n' && each != '\r' && each != '\t') {
                return each == '{';
            }
        }
        return false;
    }

    /**
     * Whether a body of this media type may be an event stream. It may be one if the type is missing or unknown: the
     * stream counts as one after its first event or ping.
     */
    public static boolean mayBeStream(String mediaType) {
        return !NO_STREAM.matcher(mediaType).matches();
    }

    /** For example {@code 403 text/html, title 'Sign in'}. */
    static String describe(HttpAnswer answer) {
        StringBuilder text = new StringBuilder().append(answer.status());
        if (!answer.mediaType().isEmpty()) {
            text.append(' ').append(Explanation.quote(answer.mediaType()));
        }
        if (answer.body().length == 0 && !answer.truncated()) {
            text.append(", without a body");
        }
        title(answer).ifPresent(title -> text.append(", title '").append(title).append('\''));
        String location = answer.header("Location");
        if (location != null) {
            text.append(", a redirect to ").append(Explanation.quote(withoutQuery(location)));
        }
        String scheme = answer.header("Proxy-Authenticate");
        if (scheme != null) {
            text.append(", which asks for ").append(proxyScheme(scheme));
        }
        return text.toString();
    }

    private static Optional<String> title(HttpAnswer answer) {
        Matcher matcher = TITLE.matcher(new String(answer.body(), StandardCharsets.UTF_8));
        return matcher.find()
                ? Optional.of(Explanation.quote(matcher.group(1))).filter(t -> !t.isEmpty())
                : Optional.empty();
    }

    /** Removes the query, as a redirect may repeat a token in it. */
    private static String withoutQuery(String location) {
        int end = location.indexOf('?');
        return end < 0 ? location : location.substring(0, end);
    }

    /** The authentication that a proxy demands; of several, one that this program supports. */
    private static String proxyScheme(String header) {
        Matcher known = KNOWN_SCHEME.matcher(header);
        if (known.find()) {
            return known.group(1) + ": set the proxy's user and password";
        }
        return Explanation.quote(header.strip().split("[ ,]", 2)[0])
                + ", which this program cannot do: use a proxy with Basic, or a local one such as cntlm";
    }

    private static Optional<JsonNode> jsonObject(HttpAnswer answer) {
        if (!mayBeJson(answer.mediaType())) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(JSON.readTree(answer.body())).filter(JsonNode::isObject);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean mayBeJson(String mediaType) {
        return mediaType.isEmpty() || mediaType.endsWith("json");
    }

    private static boolean hasCode(JsonNode body) {
        JsonNode error = body.path("error");
        return body.path("code").isNumber()
                || error.path("code").isNumber()
                || error.path("httpCode").isNumber()
                || error.path("grpcCode").isNumber();
    }
}
