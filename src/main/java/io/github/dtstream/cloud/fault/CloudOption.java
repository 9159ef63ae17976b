package io.github.dtstream.cloud.fault;

/** An option that a user may have to correct so that the cloud can be reached. {@link OptionNames} has its name. */
public enum CloudOption {
    PROJECT("the endpoint's project"),
    KEY_ID("serviceAccountKeyId"),
    SECRET("serviceAccountSecret"),
    EMAIL("serviceAccountEmail"),
    AUTH("auth"),
    API_URL("apiUrl"),
    TOKEN_URL("tokenUrl");

    private final String componentName;

    CloudOption(String componentName) {
        this.componentName = componentName;
    }

    /** The name of the Camel component's option. */
    String componentName() {
        return componentName;
    }
}
