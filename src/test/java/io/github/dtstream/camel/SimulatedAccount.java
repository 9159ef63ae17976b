package io.github.dtstream.camel;

import io.github.dtstream.simulator.SimulatedCloud;
import java.nio.file.Path;

/** Has components reach a simulated cloud with its own account. */
public final class SimulatedAccount {
    private SimulatedAccount() {}

    /** Where the cloud is, who asks, and where everything is kept; a test may say otherwise afterwards. */
    public static void set(DtStreamComponent component, SimulatedCloud cloud, Path data) {
        component.setApiUrl(cloud.baseUri().toString());
        component.setTokenUrl(cloud.tokenUri().toString());
        component.setServiceAccountKeyId(cloud.account().keyId());
        component.setServiceAccountSecret(cloud.account().secret());
        component.setServiceAccountEmail(cloud.account().email());
        component.setDataDirectory(data.toString());
    }
}
