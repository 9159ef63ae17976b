package io.github.dtstream.camel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service account beside the component's own.
 *
 * @param keyId its key's identifier
 * @param secret the secret of that key
 * @param email its e-mail address; null with Basic authentication
 * @param auth {@code oauth2}, {@code basic}, or null: OAuth2 if the e-mail is set, else Basic
 * @param projects those that are read by it where no endpoint says otherwise
 */
public record ServiceAccount(
        String keyId,
        String secret,
        @Nullable String email,
        @Nullable String auth,
        List<String> projects) {
    public ServiceAccount {
        projects = List.copyOf(projects);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "ServiceAccount[" + keyId + ", projects=" + projects + "]";
    }
}
