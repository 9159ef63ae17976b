package io.github.dtstream.cloud;

import java.util.regex.Pattern;

/** The identifiers that may stand in a URL's path as they are. */
final class Identifiers {
    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    private Identifiers() {}

    static boolean isSafe(String identifier) {
        return SAFE.matcher(identifier).matches();
    }

    static String requireSafe(String identifier) {
        if (!isSafe(identifier)) {
            throw new IllegalArgumentException("not an identifier of [A-Za-z0-9_-]: '" + identifier + "'");
        }
        return identifier;
    }
}
