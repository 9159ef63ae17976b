package io.github.dtstream.mqtt.message;

import java.util.BitSet;
import java.util.List;

/**
 * Some messages were refused for good: sent again, they would be refused again. All others of the list were
 * acknowledged.
 */
public final class PublishRefusedException extends PublishException {
    private static final long serialVersionUID = 1L;

    PublishRefusedException(List<Refusal> refusals, BitSet published) {
        super("Refused for good: " + describe(refusals), refusals, published);
    }
}
