package io.github.dtstream.delivery;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Knows the exceptions by which sinks fail. Of a chain of causes it is asked for each one. Thread-safe. */
public interface SinkFailures {
    /** Whether the sink says by this that it refuses the event, now and later. */
    boolean isRefusal(Throwable cause);

    /** What a server answered, if that is what failed. */
    Optional<Answer> answer(Throwable cause);

    /** What a server answered, if that is what failed, be it as a cause. */
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
     * An error that an HTTP server answered.
     *
     * @param address what was asked for; may hold what is secret
     */
    record Answer(
            int status,
            String address,
            @Nullable String body,
            @Nullable Map<String, String> headers) {
        /** Empty text where it is absent. */
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
