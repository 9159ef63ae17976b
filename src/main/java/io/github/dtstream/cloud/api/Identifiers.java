package io.github.dtstream.cloud.api;

import io.github.dtstream.event.Identifier;

/** The identifiers that may stand in a URL's path as they are. */
final class Identifiers {
    private Identifiers() {}

    static boolean isSafe(String identifier) {
        return Identifier.isValid(identifier);
    }

    static String requireSafe(String identifier) {
        if (!isSafe(identifier)) {
            throw new IllegalArgumentException("not an identifier of [A-Za-z0-9_-]: '" + identifier + "'");
        }
        return identifier;
    }
}
