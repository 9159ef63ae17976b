package io.github.dtstream.mqtt;

import java.util.List;

/**
 * Some messages were not published, and publishing the list again may succeed: the producer was stopped before the
 * broker acknowledged them, or the broker refused them for a reason that can pass (not authorized, quota exceeded).
 */
public final class PublishFailedException extends PublishException {
    private static final long serialVersionUID = 1L;

    PublishFailedException(List<Refusal> refusals) {
        super("Refused for now: " + describe(refusals), refusals);
    }

    PublishFailedException(String message, List<Refusal> refusals) {
        super(message, refusals);
    }
}
