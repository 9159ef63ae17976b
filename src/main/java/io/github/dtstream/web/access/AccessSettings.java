package io.github.dtstream.web.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of access to the server. Immutable.
 *
 * @param isLocked whether requests may come from other machines, so that all need the password or the token
 * @param behindProxy whether requests come through a proxy, which adds the client's address
 * @param names the host names under which the server answers, beside addresses and {@code localhost}
 * @param password the password for requests from other machines; null if there is none
 * @param token the token for changes, and for the commands of this machine
 * @param publicPaths paths of {@code platform-http:} routes that need no password; {@code /*} at the end stands for all
 *     paths below
 * @param advice what messages about refused requests advise
 */
public record AccessSettings(
        boolean isLocked,
        boolean behindProxy,
        List<String> names,
        @Nullable PasswordHash password,
        BearerToken token,
        List<String> publicPaths,
        AccessAdvice advice) {
    /** Settings of a server that only this machine reaches: reading needs nothing, changes need the token. */
    public static AccessSettings ofThisMachine(BearerToken token) {
        return new AccessSettings(false, false, List.of(), null, token, List.of(), AccessAdvice.NONE);
    }
}
