package io.github.dtstream.camel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named service account, in addition to the component's own.
 *
 * @param keyId the identifier of its key
 * @param secret the secret of that key
 * @param email its e-mail address; null with Basic authentication
 * @param auth {@code oauth2}, {@code basic}, or null: OAuth2 if the e-mail is set, else Basic
 * @param projects the projects that it reads, unless an endpoint chooses another account
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

    /** Leaves out the secret. */
    @Override
    public String toString() {
        return "ServiceAccount[" + keyId + ", projects=" + projects + "]";
    }
}
