package io.github.dtstream.mqtt.message;

import java.util.BitSet;
import java.util.List;

/**
 * Thrown if messages were refused for good: the broker would refuse them again. All other messages of the list were
 * acknowledged.
 */
public final class PublishRefusedException extends PublishException {
    private static final long serialVersionUID = 1L;

    PublishRefusedException(List<Refusal> refusals, BitSet published) {
        super("Refused for good: " + describe(refusals), refusals, published);
    }
}
