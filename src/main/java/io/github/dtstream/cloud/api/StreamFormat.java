package io.github.dtstream.cloud.api;

/** The two formats of the stream. */
public enum StreamFormat {
    /** Newline-delimited JSON. */
    JSON("application/json"),
    /** Server-sent events, in the grammar of the WHATWG HTML standard. */
    EVENT_STREAM("text/event-stream");

    private final String mediaType;

    StreamFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /** The value of the request's {@code Accept} header. */
    public String mediaType() {
        return mediaType;
    }
}
