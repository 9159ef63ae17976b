package io.github.dtstream.simulator;

/**
 * The only service account of the simulated cloud. It gives access only to the simulation.
 *
 * @param keyId the key's identifier
 * @param secret the key's secret
 * @param email the account's e-mail, the issuer of its assertions
 */
public record ServiceAccount(String keyId, String secret, String email) {
    @Override
    public String toString() {
        return "ServiceAccount[keyId=" + keyId + ", secret=***, email=" + email + "]";
    }
}
