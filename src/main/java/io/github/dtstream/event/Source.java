package io.github.dtstream.event;

/** How an event reached us. */
public enum Source {
    /** Received on the open stream. */
    LIVE("live"),
    /** Fetched from the cloud's event history. */
    HISTORY("history"),
    /** Brought by somebody else: a Data Connector, a queue, a file. It says nothing of what the stream has sent. */
    PUSH("push"),
    /** The last one of its type, as the device list reports it: of whatever age, and in no journal. */
    REPORTED("reported"),
    /** That a device joined the project, changed or left it, as the device list shows it: in no journal. */
    DEVICES("devices");

    private final String label;

    Source(String label) {
        this.label = label;
    }

    /** The name in records, headers and metrics: {@code live}, {@code history}, {@code push}, {@code reported} or {@code devices}. */
    public String label() {
        return label;
    }

    /**
     * The source of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Source ofLabel(String label) {
        for (Source source : values()) {
            if (source.label.equals(label)) {
                return source;
            }
        }
        throw new IllegalArgumentException("not a source: " + label);
    }
}
