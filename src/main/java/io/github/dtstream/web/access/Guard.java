package io.github.dtstream.web.access;

import java.util.List;

/**
 * Decides about every request, whatever it asks for, before anything else does: for which name it is, whether a page of another
 * site sent it, and whether a proxy did that nobody has told the router of. Immutable.
 */
public final class Guard {
    /** By these proxies say that they are there. */
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

    /** @throws Refusal if it goes no further */
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
