package io.github.dtstream.mqtt.message;

import java.util.BitSet;
import java.util.List;

/**
 * Some messages were not published, and may be when they are published again: the producer was stopped before the broker
 * acknowledged them, or the broker refused them for a reason that can pass (not authorized, quota exceeded). A further try
 * of the same exchange publishes only those.
 */
public final class PublishFailedException extends PublishException {
    private static final long serialVersionUID = 1L;

    PublishFailedException(List<Refusal> refusals, BitSet published) {
        super("Refused for now: " + describe(refusals), refusals, published);
    }

    PublishFailedException(String message, List<Refusal> refusals, BitSet published) {
        super(message, refusals, published);
    }

    /** Nothing was published at all. */
    public PublishFailedException(String message) {
        this(message, List.of(), new BitSet());
    }
}
