package io.github.dtstream.camel;

import io.github.dtstream.simulator.SimulatedCloud;
import java.nio.file.Path;

/** Configures components for a simulated cloud and its service account. */
public final class SimulatedAccount {
    private SimulatedAccount() {}

    /** Sets the cloud's address, the credentials and the data folder; a test may change them afterwards. */
    public static void set(DtStreamComponent component, SimulatedCloud cloud, Path data) {
        component.setApiUrl(cloud.baseUri().toString());
        component.setTokenUrl(cloud.tokenUri().toString());
        component.setServiceAccountKeyId(cloud.account().keyId());
        component.setServiceAccountSecret(cloud.account().secret());
        component.setServiceAccountEmail(cloud.account().email());
        component.setDataDirectory(data.toString());
    }
}
