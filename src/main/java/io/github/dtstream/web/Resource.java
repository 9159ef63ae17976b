package io.github.dtstream.web;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that there is to ask for. Its handlers run on worker threads, several at a time.
 *
 * @param path from the root; a {@code *} at its end stands for one more name
 * @param get what GET answers, and HEAD without the body
 * @param post what POST answers; null if there is nothing to post. Who posts must have shown the token or the password
 * @param access who may ask
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

    /** Who may ask, and how soon. */
    public enum Access {
        /** As the server is set up. */
        USUAL,
        /** A probe: answered even while all else waits. */
        PROBE,
        /** The same, for everybody; {@link Request#isTrusted} says whether he may see details. */
        OPEN_PROBE
    }

    public Resource(String path, Handler get, @Nullable Handler post) {
        this(path, get, post, Access.USUAL);
    }

    /** One that is only read, whatever the request says. */
    public static Resource toRead(String path, Reading reading) {
        return new Resource(path, request -> reading.read(), null);
    }

    /** One by which others see that the router is well; it is answered by a thread of its own. */
    public static Resource probe(String path, Reading reading) {
        return new Resource(path, request -> reading.read(), null, Access.PROBE);
    }

    /** The same for everybody, whether he shows a password or not. */
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
