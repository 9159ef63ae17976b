package io.github.dtstream.cloud.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.cloud.fault.FaultClassifier.Target;
import io.github.dtstream.cloud.http.ResponseTimeout;
import io.github.dtstream.text.Excerpt;
import io.github.dtstream.text.ReadableDuration;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.NoHttpResponseException;

/** Explains to users what went wrong and what to change. */
final class Explanation {
    /** Longer texts of the cloud are cut. */
    private static final int MAX_QUOTE = 300;

    private static final Duration NOTABLE_OFFSET = Duration.ofMinutes(1);

    private Explanation() {}

    static String of(int status, Target target, OptionNames names) {
        String what = target.description();
        return switch (status) {
            case 400 ->
                "the cloud refuses the request for " + what + " (400): check "
                        + (target.projectId() == null
                                ? "its parameters"
                                : "the project id, the filters and ping-interval");
            case 401 ->
                "the cloud does not accept the credentials for " + what + " (401): check "
                        + names.of(CloudOption.KEY_ID) + " and " + names.of(CloudOption.SECRET)
                        + "; Basic authentication must be enabled on the service account";
            case 403 ->
                "the service account of " + names.of(CloudOption.KEY_ID) + " may not read " + what
                        + " (403): give it a role in the project"
                        + " (Project User suffices), or correct "
                        + names.of(CloudOption.PROJECT);
            case 404 ->
                target.projectId() == null
                        ? what + " does not exist (404)"
                        : "project " + target.projectId() + " does not exist (404): correct "
                                + names.of(CloudOption.PROJECT);
            case 405, 501 ->
                "the server does not offer " + what + " (" + status + "): check " + names.of(CloudOption.API_URL);
            case 429 -> "too many requests (429) for " + what;
            default -> "the cloud answered " + status + " for " + what;
        };
    }

    static String ofRefusedToken(int status, Duration clockOffset, OptionNames names) {
        if (status != 400 && status != 401 && status != 403) {
            return "the token endpoint answered " + status + ": check " + names.of(CloudOption.TOKEN_URL);
        }
        String text = "no access token is given for the service account (" + status + "): check "
                + names.of(CloudOption.EMAIL) + ", " + names.of(CloudOption.KEY_ID) + " and "
                + names.of(CloudOption.SECRET) + ", and that the key still exists; check this machine's clock";
        if (clockOffset.abs().compareTo(NOTABLE_OFFSET) <= 0) {
            return text;
        }
        return text + ", which is " + ReadableDuration.of(clockOffset.abs())
                + (clockOffset.isNegative() ? " ahead of" : " behind") + " the cloud's";
    }

    static String ofMissingToken(URI tokenUrl, OptionNames names) {
        return "the token endpoint answered without an access token; check " + names.of(CloudOption.TOKEN_URL) + ": "
                + tokenUrl;
    }

    static String of(Throwable failure, String what) {
        if (failure instanceof UnknownHostException) {
            return "cannot connect to " + what + ": the host's name is not known: check the network and its DNS";
        }
        if (failure instanceof ConnectTimeoutException) {
            return "cannot connect to " + what + ": no answer: check the network, the firewall, and the proxy";
        }
        if (failure instanceof ConnectException || failure instanceof NoRouteToHostException) {
            return "cannot connect to " + what + ": " + quote(String.valueOf(failure.getMessage()));
        }
        if (failure instanceof SSLException) {
            return "no secure connection to " + what + ": " + quote(String.valueOf(failure.getMessage()))
                    + ": check the cloud's certificate, this machine's clock, and the trust store where a proxy"
                    + " inspects TLS";
        }
        if (failure instanceof ResponseTimeout.LateAnswer) {
            return "the answer of " + what + " " + failure.getMessage();
        }
        if (failure instanceof SocketTimeoutException) {
            return "nothing was received from " + what + " for longer than is allowed";
        }
        if (failure instanceof ConnectionClosedException || failure instanceof NoHttpResponseException) {
            return "the connection to " + what + " was cut";
        }
        String message = failure.getMessage();
        return "the connection to " + what + " failed: " + failure.getClass().getSimpleName()
                + (message == null ? "" : ": " + quote(message));
    }

    /** The text of an error body, in any of the API's known forms, after a colon. */
    static String quoted(JsonNode body) {
        JsonNode error = body.path("error");
        String message =
                error.isTextual() ? error.asText() : error.path("message").asText("");
        if (message.isBlank()) {
            message = body.path("message").asText("");
        }
        String description = body.path("error_description").asText("");
        if (!description.isBlank()) {
            message = message.isBlank() ? description : message + ": " + description;
        }
        return message.isBlank() ? "" : ": " + quote(message);
    }

    /** Makes a foreign text fit for one line of a log. */
    static String quote(String text) {
        return Excerpt.of(text, MAX_QUOTE);
    }
}
