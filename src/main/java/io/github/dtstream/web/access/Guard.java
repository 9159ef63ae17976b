package io.github.dtstream.web.access;

import java.util.List;

/**
 * Checks every request before anything else does: its host name, whether a page of another site sent it, and whether it
 * came through a proxy that is not configured. Immutable.
 */
public final class Guard {
    /** Headers that proxies add. */
    private static final List<String> OF_PROXIES =
            List.of("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip");

    private static final List<String> FOR_ALL = List.of("/health", "/metrics", "/observe");

    private final HostNames names;
    private final AccessAdvice advice;
    private final boolean mayBeForwarded;

    public Guard(AccessSettings settings) {
        this.names = new HostNames(settings.names(), settings.advice().unknownName());
        this.advice = settings.advice();
        this.mayBeForwarded = settings.isLocked();
    }

    /**
     * Checks a request.
     *
     * @throws Refusal if it must not be handled
     */
    public void check(RequestHead head) throws Refusal {
        names.check(head);
        Origins.check(head, isForAll(head.path()));
        if (!mayBeForwarded && OF_PROXIES.stream().anyMatch(head::has)) {
            throw new Refusal(
                    403,
                    "a proxy has sent this request, and the server does not know of one: everybody whom the proxy lets in"
                            + " could read all" + advice.undeclaredProxy());
        }
    }

    private static boolean isForAll(String path) {
        return FOR_ALL.stream().anyMatch(each -> path.equals(each) || path.startsWith(each + "/"));
    }
}
