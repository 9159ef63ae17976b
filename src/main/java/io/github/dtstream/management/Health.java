package io.github.dtstream.management;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * The health of one part of the router. Immutable.
 *
 * @param part the part that it is about
 * @param status whether the part is well
 * @param message one sentence for an operator: what is wrong and what happens next
 */
public record Health(Part part, Status status, String message) {
    /**
     * A part of the router, such as {@code stream P} or {@code route events-to-mqtt}.
     *
     * @param name distinguishes parts of a kind; empty if there is only one
     */
    public record Part(Kind kind, String name) {
        /** The part as JSON shows it. */
        @JsonValue
        @Override
        public String toString() {
            String word = kind.name().toLowerCase(Locale.ROOT);
            return name.isEmpty() ? word : word + " " + name;
        }
    }

    /** The kinds of parts. */
    public enum Kind {
        ROUTER,
        THREADS,
        STREAM,
        JOURNAL,
        GAPS,
        ROUTE,
        /** The files of routes. */
        ROUTES,
        BROKER,
        /** The disk of the data folder. */
        DISK,
        ALARMS,
        GRAPHS;

        public Part part() {
            return new Part(this, "");
        }

        public Part part(String name) {
            return new Part(this, name);
        }
    }

    /** From best to worst. */
    public enum Status {
        UP,
        /** It works, but somebody should look. */
        DEGRADED,
        DOWN
    }
}
