package io.github.dtstream.cloud.fault;

/** What a failed or ended exchange with the cloud means for what we do next. */
public enum FaultKind {
    /** The connection ended as the API says it does: the hour is over, 408/499/504 or gRPC 1/4 after data, end of body. */
    ENDED("ended"),
    /** May pass by itself: I/O error, silence, 429, 5xx, an error envelope with an unknown code. */
    TRANSIENT("transient"),
    /**
     * The answer is not recognisably the cloud's own: a proxy's, a gateway's or a sign-in page's. It is waited for like what
     * may pass by itself, and proves nothing about what was asked for.
     */
    WEATHER("weather"),
    /** The access token is not accepted (401). */
    CREDENTIALS("credentials"),
    /** The cloud itself says that it will not pass: 400, 403, 404 on the stream, 400 at the token endpoint. */
    PERMANENT("permanent");

    private final String label;

    FaultKind(String label) {
        this.label = label;
    }

    /** The name in logs and metrics. */
    public String label() {
        return label;
    }
}
