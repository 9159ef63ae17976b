package io.github.dtstream.event;

/** The way by which an event came. */
public enum Source {
    /** Received on the open stream. */
    LIVE("live"),
    /** Fetched from the cloud's event history. */
    HISTORY("history"),
    /** Pushed by a Data Connector, a queue or a file. It does not show what the stream has sent. */
    PUSH("push"),
    /** The last event of its type in the device list: of any age, and in no journal. */
    REPORTED("reported"),
    /** A device joined the project, changed or left it, as the device list shows it; in no journal. */
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
     * The source with that name.
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
