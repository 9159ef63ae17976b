package io.github.dtstream.cloud.api;

/** In which of its two formats the cloud is asked to send the stream. */
public enum StreamFormat {
    /** Newline-delimited JSON. */
    JSON("application/json"),
    /** Server-sent events, in the grammar of the WHATWG HTML standard. */
    EVENT_STREAM("text/event-stream");

    private final String mediaType;

    StreamFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /** What the request's {@code Accept} header says. */
    public String mediaType() {
        return mediaType;
    }
}
