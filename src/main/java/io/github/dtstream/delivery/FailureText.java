package io.github.dtstream.delivery;

import io.github.dtstream.text.Excerpt;
import java.net.URI;

/**
 * The reason of a failed delivery in one line of limited length, in the words of the refusing part; never the exchange
 * or its body. Secrets in it are masked where the text leaves the process. Stateless.
 */
public final class FailureText {
    private static final int LONGEST = 300;

    private FailureText() {}

    public static String of(Throwable failure, SinkFailures sinks) {
        return sinks.answerBehind(failure).map(FailureText::ofAnswer).orElseGet(() -> ofInnermost(failure));
    }

    /** The innermost cause has the reason. */
    private static String ofInnermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        String type = cause.getClass().getSimpleName();
        return message == null || message.isBlank()
                ? type
                : type + ": " + quoted(message.lines().findFirst().orElse(""));
    }

    private static String ofAnswer(SinkFailures.Answer answer) {
        String words = ServerWords.of(answer.body());
        String wait = answer.header("Retry-After");
        return server(answer.address()) + " answered " + answer.status()
                + (words.isEmpty() ? "" : ": " + quoted(words))
                + (wait.isEmpty() ? "" : "; it asks to wait (Retry-After: " + quoted(wait) + ")");
    }

    /** Scheme, host and port; the rest of a webhook's address is often a secret. */
    private static String server(String address) {
        try {
            URI uri = URI.create(address);
            if (uri.getHost() != null) {
                return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
            }
        } catch (IllegalArgumentException e) {
            // Without the server then.
        }
        return "the server";
    }

    private static String quoted(String text) {
        return Excerpt.of(text, LONGEST);
    }
}
