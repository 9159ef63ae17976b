package io.github.dtstream.delivery;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Replaces a client's exception with a server's answer. */
public final class AnsweredException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Sinks that fail with this exception, and refuse an event with {@link IllegalArgumentException}. */
    public static final SinkFailures SINKS = new SinkFailures() {
        @Override
        public boolean isRefusal(Throwable cause) {
            return cause instanceof IllegalArgumentException;
        }

        @Override
        public Optional<Answer> answer(Throwable cause) {
            return cause instanceof AnsweredException answered ? Optional.of(answered.answer) : Optional.empty();
        }
    };

    private final transient SinkFailures.Answer answer;

    AnsweredException(int status, String address, @Nullable String body, @Nullable Map<String, String> headers) {
        super("answered " + status);
        this.answer = new SinkFailures.Answer(status, address, body, headers);
    }

    AnsweredException(int status, @Nullable String body) {
        this(status, "https://example.com/hook", body, null);
    }
}
