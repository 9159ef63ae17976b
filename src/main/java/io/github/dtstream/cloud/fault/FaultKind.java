package io.github.dtstream.cloud.fault;

/** The kinds of failed or ended exchanges with the cloud; they determine what we do next. */
public enum FaultKind {
    /**
     * The connection ended as the API documents it: the hour is over, 408/499/504 or gRPC 1/4 after data, end of body.
     */
    ENDED("ended"),
    /** The fault may pass by itself: I/O error, silence, 429, 5xx, an error envelope with an unknown code. */
    TRANSIENT("transient"),
    /**
     * The answer is not recognisably the cloud's own, but that of a proxy, a gateway or a sign-in page. It is tried
     * again like a transient fault, and proves nothing about the subject of the request.
     */
    WEATHER("weather"),
    /** The cloud refused the access token (401). */
    CREDENTIALS("credentials"),
    /** The cloud itself says that the fault will not pass: 400, 403, 404 on the stream, 400 at the token endpoint. */
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
