package io.github.dtstream.delivery;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Classifies the exceptions of sinks; called for each cause of a chain. Thread-safe. */
public interface SinkFailures {
    /** Whether this exception means that the sink refuses the event for good. */
    boolean isRefusal(Throwable cause);

    /** The answer of a server, if the exception has one. */
    Optional<Answer> answer(Throwable cause);

    /** The answer of a server, if the exception or one of its causes has one. */
    default Optional<Answer> answerBehind(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Optional<Answer> answer = answer(cause);
            if (answer.isPresent()) {
                return answer;
            }
        }
        return Optional.empty();
    }

    /**
     * An error answer of an HTTP server.
     *
     * @param address the requested address; may have secrets
     */
    record Answer(
            int status,
            String address,
            @Nullable String body,
            @Nullable Map<String, String> headers) {
        /** Empty text if it is absent. */
        String header(String name) {
            return headers == null
                    ? ""
                    : headers.entrySet().stream()
                            .filter(header -> header.getKey().equalsIgnoreCase(name))
                            .map(Map.Entry::getValue)
                            .findFirst()
                            .orElse("");
        }
    }
}
