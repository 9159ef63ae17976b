package io.github.dtstream.cloud.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.cloud.http.HttpAnswer;
import io.github.dtstream.cloud.http.RetryAfter;
import io.github.dtstream.wire.Signal;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Classifies the end of an exchange with the cloud: what we do next, how long to wait at least, and what to tell the
 * user. The minimum delays are those of the vendor's page of error codes. Stateless, except for the clock to which
 * {@code Retry-After} dates are compared. Thread-safe.
 */
public final class FaultClassifier {
    /** If a connection ends sooner, its end is not routine: reconnecting at once would be a tight loop. */
    public static final Duration SHORTEST_EXPECTED_LIFE = Duration.ofSeconds(5);

    /** The delay after a 429 without {@code Retry-After}. */
    static final Duration RATE_LIMIT_DELAY = Duration.ofSeconds(5);

    /** The longest delay that a server other than the cloud can demand. */
    static final Duration LONGEST_WEATHER_DELAY = Duration.ofMinutes(1);

    private static final Duration SERVER_ERROR_DELAY = Duration.ofSeconds(1);
    private static final Duration GATEWAY_TIMEOUT_DELAY = Duration.ofSeconds(10);

    /** gRPC codes are small; an HTTP status has three digits. */
    private static final int FIRST_HTTP_STATUS = 100;

    private final RetryAfter retryAfter;
    private final OptionNames names;

    /** Uses the Camel component's names of options. */
    public FaultClassifier(Clock clock) {
        this(clock, OptionNames.OF_COMPONENT);
    }

    public FaultClassifier(Clock clock, OptionNames names) {
        this.retryAfter = new RetryAfter(clock);
        this.names = names;
    }

    /** Classifies an answer other than 2xx. */
    public Fault ofAnswer(HttpAnswer answer, Target target) {
        return ForeignAnswer.apiError(answer)
                .map(said -> ofStatus(answer, target, Explanation.quoted(said)))
                .orElseGet(() -> weather(answer, target.description()));
    }

    private Fault ofStatus(HttpAnswer answer, Target target, String said) {
        int status = answer.status();
        Duration delay = minimumDelay(status);
        if (status == 429 || status == 503) {
            delay = retryAfter.parse(answer.header("Retry-After")).orElse(delay);
        }
        return fault(kind(status), Explanation.of(status, target, names) + said, status, delay);
    }

    /**
     * Classifies an answer that is not the cloud's, whatever its status. Its demanded delay is limited, as it may be
     * about a condition that ended long before.
     *
     * @param what the subject of the request, for the message
     */
    public Fault weather(HttpAnswer answer, String what) {
        Duration asked = retryAfter.parse(answer.header("Retry-After")).orElse(minimumDelay(answer.status()));
        return fault(
                FaultKind.WEATHER,
                "the request for " + what + " was answered by something in between: " + ForeignAnswer.describe(answer)
                        + "; is the URL right, and what does a proxy, a gateway or a sign-in page do on the way?",
                answer.status(),
                asked.compareTo(LONGEST_WEATHER_DELAY) > 0 ? LONGEST_WEATHER_DELAY : asked);
    }

    /** Classifies an answer of the token endpoint other than 2xx. */
    public Fault ofTokenAnswer(HttpAnswer answer, Duration clockOffset) {
        Optional<JsonNode> error = ForeignAnswer.tokenError(answer);
        if (error.isEmpty()) {
            return weather(answer, "an access token");
        }
        int status = answer.status();
        String said = Explanation.quoted(error.get());
        boolean passing = status == 408 || status == 429 || status >= 500;
        if (passing) {
            Duration delay = retryAfter.parse(answer.header("Retry-After")).orElse(minimumDelay(status));
            return fault(FaultKind.TRANSIENT, "the token endpoint answered " + status + said, status, delay);
        }
        return fault(
                FaultKind.PERMANENT,
                Explanation.ofRefusedToken(status, clockOffset, names) + said,
                status,
                Duration.ZERO);
    }

    /** The fault of a 2xx answer of the token endpoint without a token. */
    public Fault ofMissingToken(URI tokenUrl) {
        return Fault.of(FaultKind.TRANSIENT, Explanation.ofMissingToken(tokenUrl, names));
    }

    /**
     * Classifies an exchange that failed without an answer.
     *
     * @param what the subject of the request, for the message
     */
    public Fault ofThrowable(Throwable failure, String what) {
        if (failure instanceof CloudException known) {
            return known.fault();
        }
        return Fault.of(FaultKind.TRANSIENT, Explanation.of(failure, what));
    }

    /** Classifies an error envelope inside the stream. */
    public Fault ofStreamError(Signal.StreamError error, ConnectionLife life, String projectId) {
        int status = error.code() < 0 || error.code() >= FIRST_HTTP_STATUS ? error.code() : httpStatus(error.code());
        String said = error.message().isBlank() ? "" : ": " + Explanation.quote(error.message());
        boolean end = status == 200 || status == 408 || status == 499 || status == 504;
        if (end && life.isExpectedToEnd()) {
            return fault(FaultKind.ENDED, "the cloud ended the stream (" + status + said + ")", status, Duration.ZERO);
        }
        if (status < FIRST_HTTP_STATUS) {
            return Fault.of(FaultKind.TRANSIENT, "the stream reported an error without a known code" + said);
        }
        if (end && status != 504) {
            return fault(
                    FaultKind.TRANSIENT,
                    "the cloud ended the stream (" + status + said + ") " + tooSoon(life),
                    status,
                    Duration.ZERO);
        }
        String explanation = Explanation.of(status, Target.stream(projectId), names) + said;
        return fault(kind(status), explanation, status, minimumDelay(status));
    }

    /** Classifies the end of the body without an error. */
    public Fault ofEndOfBody(ConnectionLife life) {
        return life.isExpectedToEnd()
                ? Fault.of(FaultKind.ENDED, "the cloud ended the stream")
                : Fault.of(FaultKind.TRANSIENT, "the cloud ended the stream " + tooSoon(life));
    }

    private static String tooSoon(ConnectionLife life) {
        return life.delivered() ? "after " + life.lived().toMillis() + " ms" : "before it delivered anything";
    }

    private static FaultKind kind(int status) {
        if (status == 401) {
            return FaultKind.CREDENTIALS;
        }
        boolean passing =
                switch (status) {
                    case 408, 409, 421, 423, 425, 429, 499 -> true;
                    case 501, 505 -> false;
                    default -> status >= 500 || status < 400;
                };
        return passing ? FaultKind.TRANSIENT : FaultKind.PERMANENT;
    }

    private static Duration minimumDelay(int status) {
        return switch (status) {
            case 429 -> RATE_LIMIT_DELAY;
            case 500, 503 -> SERVER_ERROR_DELAY;
            case 504 -> GATEWAY_TIMEOUT_DELAY;
            default -> Duration.ZERO;
        };
    }

    /** The HTTP status of a gRPC code by grpc-gateway, with which the API's stream is made. */
    private static int httpStatus(int grpcCode) {
        return switch (grpcCode) {
            case 0 -> 200;
            case 1 -> 499;
            case 3, 9, 11 -> 400;
            case 4 -> 504;
            case 5 -> 404;
            case 6, 10 -> 409;
            case 7 -> 403;
            case 8 -> 429;
            case 2, 13, 15 -> 500;
            case 12 -> 501;
            case 14 -> 503;
            case 16 -> 401;
            default -> -1;
        };
    }

    private static Fault fault(FaultKind kind, String summary, int status, Duration delay) {
        return new Fault(kind, summary, OptionalInt.of(status), delay);
    }

    /**
     * The subject of a request.
     *
     * @param description for messages
     * @param projectId the project of a stream; null for anything else
     */
    public record Target(String description, @Nullable String projectId) {
        public static Target stream(String projectId) {
            return new Target("the event stream of project " + projectId, projectId);
        }

        public static Target resource(String path) {
            return new Target(path, null);
        }
    }
}
