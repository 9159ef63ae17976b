package io.github.dtstream.cloud.token;

import io.github.dtstream.cloud.fault.CloudException;

/** Makes the authorization of requests. Thread-safe. */
public interface Authenticator {
    /** For a short request. */
    Authorization authorization() throws CloudException, InterruptedException;

    /** For a connection that stays open: nearly the whole lifetime of the token is left. */
    Authorization freshAuthorization() throws CloudException, InterruptedException;

    /**
     * Notes that the cloud refused this authorization; it is not used again.
     *
     * @return whether another one is possible, so that another attempt makes sense
     */
    boolean invalidate(Authorization refused);

    /** The authenticator for HTTP Basic; its authorization never changes. */
    static Authenticator basic(Credentials.Basic credentials) {
        Authorization authorization = Authorization.basic(credentials.keyId(), credentials.secret());
        return new Authenticator() {
            @Override
            public Authorization authorization() {
                return authorization;
            }

            @Override
            public Authorization freshAuthorization() {
                return authorization;
            }

            @Override
            public boolean invalidate(Authorization refused) {
                return false;
            }
        };
    }
}
