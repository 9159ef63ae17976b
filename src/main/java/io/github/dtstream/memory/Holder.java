package io.github.dtstream.memory;

/** What holds events in memory. */
public enum Holder {
    /** What was received and is not on disk yet. */
    PENDING("pending"),
    /** The newest records, kept for subscribers that keep up: a cache, which gives back when others need it. */
    TAIL("tail"),
    /** What is on its way through routes. */
    BATCHES("batches");

    private final String label;

    Holder(String label) {
        this.label = label;
    }

    /** Its name in metrics and lists. */
    public String label() {
        return label;
    }
}
