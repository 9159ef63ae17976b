package io.github.dtstream.camel;

import io.github.dtstream.delivery.StopGrace;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.time.Ticker;
import java.nio.file.Path;
import java.time.Duration;

/** Configures components for a simulated cloud and its service account. */
public final class SimulatedAccount {
    private SimulatedAccount() {}

    /** A component for the cloud whose routes have a moment to end when they are stopped. */
    public static DtStreamComponent quickToStop(SimulatedCloud cloud, Path data) {
        DtStreamComponent component = new DtStreamComponent(new StopGrace(Duration.ofMillis(100), Ticker.SYSTEM));
        set(component, cloud, data);
        return component;
    }

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
