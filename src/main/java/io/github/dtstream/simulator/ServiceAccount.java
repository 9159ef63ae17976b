package io.github.dtstream.simulator;

/**
 * The one service account that the simulated cloud knows. It gives access to nothing but the simulation.
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
