package io.github.dtstream.web.access;

/**
 * What to do about refusals, in the words of the application that sets the server up.
 *
 * @param unknownName where a name is this server's and it does not know
 * @param undeclaredProxy where a proxy forwards requests and nobody has said so
 */
public record AccessAdvice(String unknownName, String undeclaredProxy) {
    /** For a server whose names and proxies cannot be set. */
    static final AccessAdvice NONE = new AccessAdvice("", "");
}
