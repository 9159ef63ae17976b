package io.github.dtstream.web;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A resource: a path and its handlers, which run on worker threads, several at a time.
 *
 * @param path the path from the root; a {@code *} at its end stands for one more name
 * @param get answers GET, and HEAD without the body
 * @param post answers POST, which needs the token or the password; null if POST is not allowed
 * @param access who may send requests
 */
public record Resource(String path, Handler get, @Nullable Handler post, Access access) {
    private static final String ANY = "*";

    /** Makes the answer to a request. */
    public interface Handler {
        Answer handle(Request request) throws IOException, HttpProblem;
    }

    /** Makes an answer that depends on nothing in the request. */
    public interface Reading {
        Answer read() throws IOException, HttpProblem;
    }

    /** Who may send requests, and whether they are answered with priority. */
    public enum Access {
        /** As the server's access settings say. */
        USUAL,
        /** A probe: it is answered even while all other requests wait. */
        PROBE,
        /** A probe for everybody; {@link Request#isTrusted} tells whether the client may see details. */
        OPEN_PROBE
    }

    public Resource(String path, Handler get, @Nullable Handler post) {
        this(path, get, post, Access.USUAL);
    }

    /** A resource for GET whose answer does not depend on the request. */
    public static Resource toRead(String path, Reading reading) {
        return new Resource(path, request -> reading.read(), null);
    }

    /** A probe, which a thread of its own answers. */
    public static Resource probe(String path, Reading reading) {
        return new Resource(path, request -> reading.read(), null, Access.PROBE);
    }

    /** A probe for everybody, with or without a password. */
    public static Resource openProbe(String path, Handler handler) {
        return new Resource(path, handler, null, Access.OPEN_PROBE);
    }

    boolean isProbe() {
        return access != Access.USUAL;
    }

    boolean isAt(String requested) {
        if (!path.endsWith(ANY)) {
            return path.equals(requested);
        }
        String before = path.substring(0, path.length() - ANY.length());
        return requested.startsWith(before)
                && requested.length() > before.length()
                && requested.indexOf('/', before.length()) < 0;
    }

    String allowed() {
        return post == null ? "GET, HEAD" : "GET, HEAD, POST";
    }

    Optional<Handler> handler(String method) {
        return switch (method) {
            case "GET", "HEAD" -> Optional.of(get);
            case "POST" -> Optional.ofNullable(post);
            default -> Optional.empty();
        };
    }
}
