package io.github.dtstream.memory;

/** The holders of events in memory. */
public enum Holder {
    /** Received data: buffers of connections, the events of one read, and what shared routes have read ahead. */
    READING("reading", false),
    /** Pushed messages, until their events are appended. */
    PUSHED("pushed", false),
    /** Received events that are not on disk yet. */
    PENDING("pending", false),
    /** The newest records, for subscribers that keep up: a cache, which releases memory when others need it. */
    TAIL("tail", false),
    /** Events in routes, until a broker's acknowledgement. */
    BATCHES("batches", false),
    /** Events of a connection that takes over from another, until that one has delivered all its own. */
    HANDOVER("handover", false),
    /** What this router receives of streams that other routers hold, in case it has to take them over. */
    STANDBY("standby", true),
    /** Identifiers that detect repeated events. */
    IDENTIFIERS("identifiers", true),
    /** A fill's knowledge of the events in the journal. */
    FILLS("fills", true),
    /** The newest time of each topic, for brokers. */
    TOPICS("topics", true),
    /** The newest value of each series, and values that are not on disk for graphs yet. */
    SERIES("series", true),
    /** The state of alarms, and late values that are not judged yet. */
    ALARMS("alarms", true);

    private final String label;
    private final boolean isKept;

    Holder(String label, boolean isKept) {
        this.label = label;
        this.isKept = isKept;
    }

    /** The name in metrics and lists. */
    public String label() {
        return label;
    }

    /** Whether it is held for long; otherwise it is for passing events. */
    boolean isKept() {
        return isKept;
    }
}
