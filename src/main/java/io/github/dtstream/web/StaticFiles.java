package io.github.dtstream.web;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Files of a folder in the class path, and of its direct subfolders. Each is read once. A browser asks each time
 * whether a file has changed, by a tag made from its content. Thread-safe.
 */
public final class StaticFiles {
    private static final Pattern NAME = Pattern.compile("(?:[a-zA-Z0-9][\\w-]*/)?[a-zA-Z0-9][\\w.-]*\\.([a-z0-9]+)");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json; charset=utf-8",
            "txt", "text/plain; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "woff2", "font/woff2");

    private final ClassLoader classes;
    private final String folder;
    private final Map<String, File> read = new ConcurrentHashMap<>();

    /** @param tag the entity tag of the content, in quotes */
    private record File(String type, byte[] bytes, String tag) {}

    /** @param folder the folder in the class path, without slashes at its ends */
    public StaticFiles(ClassLoader classes, String folder) {
        this.classes = classes;
        this.folder = folder;
    }

    /** Whether there is a file of that name. */
    boolean has(String name) throws IOException {
        return file(name) != null;
    }

    /** The file, or status 304 if the browser has the same content. */
    Answer answer(String name, Request request) throws IOException, HttpProblem {
        File file = file(name);
        if (file == null) {
            throw new HttpProblem(404, "there is no file " + name);
        }
        boolean same = request.header("if-none-match")
                .filter(tags -> tags.replace("-gzip\"", "\"").contains(file.tag()))
                .isPresent();
        Answer answer =
                same ? Answer.bytes(304, file.type(), new byte[0]) : Answer.bytes(200, file.type(), file.bytes());
        return answer.with("ETag", file.tag()).with("Cache-Control", "no-cache");
    }

    private @Nullable File file(String name) throws IOException {
        File known = read.get(name);
        if (known != null) {
            return known;
        }
        var matcher = NAME.matcher(name);
        if (!matcher.matches() || !TYPES.containsKey(matcher.group(1))) {
            return null;
        }
        try (InputStream in = classes.getResourceAsStream(folder + "/" + name)) {
            if (in == null) {
                return null;
            }
            byte[] bytes = in.readAllBytes();
            File file = new File(TYPES.getOrDefault(matcher.group(1), ""), bytes, tag(bytes));
            read.put(name, file);
            return file;
        }
    }

    private static String tag(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"'
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(digest)
                            .substring(0, 22)
                    + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
