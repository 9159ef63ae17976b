package io.github.dtstream.mqtt.message;

import java.util.BitSet;
import java.util.List;

/**
 * Thrown if messages were not published but may succeed later: the producer was stopped before the broker acknowledged
 * them, or the broker refused them for a temporary reason (not authorized, quota exceeded). The next attempt of the
 * same exchange publishes only these.
 */
public final class PublishFailedException extends PublishException {
    private static final long serialVersionUID = 1L;

    PublishFailedException(List<Refusal> refusals, BitSet published) {
        super("Refused for now: " + describe(refusals), refusals, published);
    }

    PublishFailedException(String message, List<Refusal> refusals, BitSet published) {
        super(message, refusals, published);
    }

    /** Nothing was published. */
    public PublishFailedException(String message) {
        this(message, List.of(), new BitSet());
    }
}
