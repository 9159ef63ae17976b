package io.github.dtstream.web.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask. Immutable.
 *
 * @param isLocked whether others than those on this machine may come, so that all must show the password or the token
 * @param behindProxy whether they come through a proxy, which says for whom
 * @param names under which the server answers, beside addresses and {@code localhost}
 * @param password of those who may ask from elsewhere; null if there is none
 * @param token of those who may change something, and of this machine's commands
 * @param publicPaths of {@code platform-http:} routes that need no password; {@code /*} at the end stands for all below
 * @param advice what to do about refusals
 */
public record AccessSettings(
        boolean isLocked,
        boolean behindProxy,
        List<String> names,
        @Nullable PasswordHash password,
        BearerToken token,
        List<String> publicPaths,
        AccessAdvice advice) {
    /** For a server that only this machine reaches: everybody on it reads, and who has the token changes something. */
    public static AccessSettings ofThisMachine(BearerToken token) {
        return new AccessSettings(false, false, List.of(), null, token, List.of(), AccessAdvice.NONE);
    }
}
