package io.github.dtstream.web.access;

/**
 * The advice in messages about refused requests, in the words of the application.
 *
 * @param unknownName for a host name that the server does not know
 * @param undeclaredProxy for requests that come through a proxy that is not configured
 */
public record AccessAdvice(String unknownName, String undeclaredProxy) {
    /** For a server whose names and proxies cannot be set. */
    static final AccessAdvice NONE = new AccessAdvice("", "");
}
