package io.github.dtstream.web.access;

import java.util.Optional;
import java.util.Set;

/**
 * Recognises requests that a page of another site makes a browser send. Browsers tell that in {@code Sec-Fetch-Site},
 * and for changes in {@code Origin}. A request with neither is not from a browser, or changes nothing. Stateless.
 */
final class Origins {
    private static final Set<String> OWN = Set.of("none", "same-origin");

    private Origins() {}

    /**
     * Refuses a request of another site's page.
     *
     * @param isForAll whether it is for a probe or the metrics, which any page may request
     */
    static void check(RequestHead head, boolean isForAll) throws Refusal {
        if (head.isReading() && (isForAll || isLink(head))) {
            return;
        }
        boolean foreign =
                head.first("sec-fetch-site").filter(site -> !OWN.contains(site)).isPresent()
                        || (!head.isReading()
                                && head.first("origin")
                                        .filter(origin -> !isOwn(origin, head))
                                        .isPresent());
        if (foreign) {
            throw new Refusal(403, "a page of another site sent this request");
        }
    }

    /** Whether the user followed a link to the page, which the other site cannot read. */
    private static boolean isLink(RequestHead head) {
        return head.path().equals("/")
                && head.first("sec-fetch-mode").filter("navigate"::equals).isPresent()
                && head.first("sec-fetch-dest").filter("document"::equals).isPresent();
    }

    private static boolean isOwn(String origin, RequestHead head) {
        int scheme = origin.indexOf("://");
        Optional<String> host = head.first("host");
        if (scheme < 0 || host.isEmpty()) {
            return false;
        }
        String port = origin.startsWith("https:") ? ":443" : ":80";
        String authority = origin.substring(scheme + "://".length());
        return without(authority, port).equalsIgnoreCase(without(host.get(), port));
    }

    private static String without(String authority, String port) {
        return authority.endsWith(port) ? authority.substring(0, authority.length() - port.length()) : authority;
    }
}
