package io.github.dtstream.memory;

/** What holds events in memory. */
public enum Holder {
    /** What is being received: buffers of connections, and the events that one read of them brought. */
    READING("reading", false),
    /** Messages that others bring, until their events are on their way to the disk. */
    PUSHED("pushed", false),
    /** What was received and is not on disk yet. */
    PENDING("pending", false),
    /** The newest records, kept for subscribers that keep up: a cache, which gives back when others need it. */
    TAIL("tail", false),
    /** What is on its way through routes, up to a broker's acknowledgement. */
    BATCHES("batches", false),
    /** What a connection receives that is to take over from another, until that has delivered all of its own. */
    HANDOVER("handover", false),
    /** By what events are recognised that come again. */
    IDENTIFIERS("identifiers", true),
    /** What a fill knows of the events that are there already. */
    FILLS("fills", true),
    /** The newest time of each topic, for brokers. */
    TOPICS("topics", true),
    /** The newest value of each series, and those that are not on disk for graphs yet. */
    SERIES("series", true),
    /** What is known of alarms, and values that arrived late and are not judged yet. */
    ALARMS("alarms", true);

    private final String label;
    private final boolean isKept;

    Holder(String label, boolean isKept) {
        this.label = label;
        this.isKept = isKept;
    }

    /** Its name in metrics and lists. */
    public String label() {
        return label;
    }

    /** Whether it is held for long; else it is events that pass. */
    boolean isKept() {
        return isKept;
    }
}
