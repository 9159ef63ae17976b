package io.github.dtstream.cloud.token;

import io.github.dtstream.cloud.fault.CloudException;

/** Says how requests prove who is asking. Thread-safe. */
public interface Authenticator {
    /** For a short request. */
    Authorization authorization() throws CloudException, InterruptedException;

    /** For a connection that stays open: nearly the whole life of what it proves is still ahead. */
    Authorization freshAuthorization() throws CloudException, InterruptedException;

    /**
     * The cloud did not accept this one; it is not handed out again.
     *
     * @return whether another one can be had, so that a further attempt makes sense
     */
    boolean invalidate(Authorization refused);

    /** The one that HTTP Basic needs; it never changes. */
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
