package io.github.dtstream.mqtt;

import java.io.IOException;
import java.util.List;

/** Some messages of a list were not published. */
public abstract sealed class PublishException extends IOException
        permits PublishRefusedException, PublishFailedException {
    private static final long serialVersionUID = 1L;

    private final transient List<Refusal> refusals;

    PublishException(String message, List<Refusal> refusals) {
        super(message);
        this.refusals = List.copyOf(refusals);
    }

    /** The messages that were refused, in the order of the list; those that were merely not sent are not among them. */
    public List<Refusal> refusals() {
        return refusals;
    }

    static String describe(List<Refusal> refusals) {
        Refusal first = refusals.get(0);
        String sentence = "message " + first.index() + " for topic '" + first.topic() + "': " + first.reason();
        return refusals.size() == 1 ? sentence : sentence + " (and " + (refusals.size() - 1) + " more)";
    }
}
