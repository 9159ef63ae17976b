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
 * Tells the cloud's own answers from those of something in between: a proxy, a gateway, a sign-in page. Whatever does not
 * have the form that the API documents is foreign, however definite its status is. Pure.
 */
public final class ForeignAnswer {
    private static final Pattern TITLE =
            Pattern.compile("<title[^>]*>(.{0,200}?)</title>", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** Types of pages and files, none of which the API sends. */
    private static final Pattern NO_STREAM =
            Pattern.compile("text/(html|xml|css|javascript|calendar|csv)|(image|audio|video|font|multipart)/.*"
                    + "|application/(xml|xhtml\\+xml|pdf|zip|javascript|x-ns-proxy-autoconfig)");

    private static final Pattern OAUTH_ERROR = Pattern.compile("[a-z0-9_.:/-]+");

    private static final Pattern KNOWN_SCHEME =
            Pattern.compile("(?:^|,)\\s*(Basic|Digest)\\b", Pattern.CASE_INSENSITIVE);

    private static final ObjectMapper JSON = new ObjectMapper();

    private ForeignAnswer() {}

    /**
     * What the API says in an error answer, in any of its shapes: a JSON object with {@code error} and a numeric code.
     * Empty if the answer is not the API's, which knows no redirects.
     */
    static Optional<JsonNode> apiError(HttpAnswer answer) {
        return answer.status() < 400
                ? Optional.empty()
                : jsonObject(answer).filter(body -> !body.path("error").isMissingNode() && hasCode(body));
    }

    /**
     * What the token endpoint says in an error answer: a JSON object with {@code error}, which is a code, as RFC 6749, section
     * 5.2, has it, or as the API has it. Empty if the answer is not the token endpoint's: a gateway's JSON may have an
     * {@code error}, too, in words such as {@code Not Found}.
     */
    public static Optional<JsonNode> tokenError(HttpAnswer answer) {
        return apiError(answer)
                .or(() -> jsonObject(answer)
                        .filter(body ->
                                OAUTH_ERROR.matcher(body.path("error").asText()).matches()));
    }

    /** Whether a good answer's body may be the JSON object that was asked for. */
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
     * Whether a body of this media type may be an event stream. A type that is not given or not known may: the stream counts
     * as one with its first event or ping.
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

    /** A redirect may repeat a token that stood in the query. */
    private static String withoutQuery(String location) {
        int end = location.indexOf('?');
        return end < 0 ? location : location.substring(0, end);
    }

    /** What a proxy asks for; of several ways one that this program knows. */
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
