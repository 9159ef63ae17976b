package io.github.dtstream.cloud.fault;

/** What a user may have to correct for the cloud to be reached. How it is called, the {@link OptionNames} say. */
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

    /** How the Camel component calls it. */
    String componentName() {
        return componentName;
    }
}
