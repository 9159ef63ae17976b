package io.github.dtstream.mqtt.message;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/** Thrown if messages of a list were not published. */
public abstract sealed class PublishException extends IOException
        permits PublishRefusedException, PublishFailedException {
    private static final long serialVersionUID = 1L;

    private final transient List<Refusal> refusals;
    private final BitSet published;

    /** @param published the indexes of messages that the broker has acknowledged */
    PublishException(String message, List<Refusal> refusals, BitSet published) {
        super(message);
        this.refusals = List.copyOf(refusals);
        this.published = (BitSet) published.clone();
    }

    /** The refused messages, in the order of the list, without those that were merely not sent. */
    public List<Refusal> refusals() {
        return refusals;
    }

    /**
     * Whether the broker has acknowledged a message, in this attempt or an earlier one of the same exchange.
     *
     * @param index the index of the message in the list, from 0
     */
    public boolean isPublished(int index) {
        return published.get(index);
    }

    public BitSet published() {
        return (BitSet) published.clone();
    }

    static String describe(List<Refusal> refusals) {
        Refusal first = refusals.get(0);
        String sentence = "message " + first.index() + " for topic '" + first.topic() + "': " + first.reason();
        return refusals.size() == 1 ? sentence : sentence + " (and " + (refusals.size() - 1) + " more)";
    }
}
