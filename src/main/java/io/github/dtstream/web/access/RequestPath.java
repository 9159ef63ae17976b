package io.github.dtstream.web.access;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the path of a request. It refuses a path that the guard and a handler might read differently: with parts
 * {@code .} and {@code ..}, empty parts, encoded slashes, backslashes, {@code ;}, control characters, or broken
 * escapes. So no later code normalises paths. Stateless.
 */
public final class RequestPath {
    private static final String FOREIGN = "\\;";

    private RequestPath() {}

    /**
     * The decoded path.
     *
     * @param target the target in the request's first line
     */
    public static String of(String target) throws Refusal {
        if (!target.startsWith("/")) {
            throw new Refusal(400, "the request's address must begin with /");
        }
        int end = indexOfAny(target, "?#");
        String path = decoded(target.substring(0, end));
        String[] parts = path.split("/", -1);
        for (int i = 1; i < parts.length; i++) {
            boolean isEmptyInside = parts[i].isEmpty() && i < parts.length - 1;
            if (isEmptyInside || parts[i].equals(".") || parts[i].equals("..")) {
                throw ambiguous();
            }
        }
        return path;
    }

    private static int indexOfAny(String text, String ends) {
        for (int i = 0; i < text.length(); i++) {
            if (ends.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return text.length();
    }

    private static String decoded(String path) throws Refusal {
        ByteBuffer bytes = ByteBuffer.allocate(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%') {
                int value = escaped(path, i + 1);
                if (value == '/') {
                    throw ambiguous();
                }
                bytes.put((byte) value);
                i += 2;
            } else if (c < 0x80) {
                bytes.put((byte) c);
            } else {
                throw new Refusal(400, "the path has letters that must be encoded");
            }
        }
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
            if (text.chars().anyMatch(c -> Character.isISOControl(c) || FOREIGN.indexOf(c) >= 0)) {
                throw ambiguous();
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new Refusal(400, "the path is not UTF-8");
        }
    }

    private static int escaped(String path, int at) throws Refusal {
        int high = at + 1 < path.length() ? Character.digit(path.charAt(at), 16) : -1;
        int low = at + 1 < path.length() ? Character.digit(path.charAt(at + 1), 16) : -1;
        if (high < 0 || low < 0 || path.charAt(at) > 'f' || path.charAt(at + 1) > 'f') {
            throw new Refusal(400, "the path has a % that is not followed by two hexadecimal digits");
        }
        return high * 16 + low;
    }

    private static Refusal ambiguous() {
        return new Refusal(
                400,
                "a path must not have empty parts, . or .. as a part, \\, ; or control characters, nor an encoded slash");
    }
}
