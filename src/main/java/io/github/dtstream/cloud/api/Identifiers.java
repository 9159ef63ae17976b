package io.github.dtstream.cloud.api;

import io.github.dtstream.event.Identifier;

/** Checks identifiers that are part of a URL's path. */
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
