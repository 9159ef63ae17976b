package io.github.dtstream.management;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What one part of the router says of itself.
 *
 * @param part what speaks
 * @param status how it is
 * @param message one sentence for an operator: what is wrong and what happens next
 */
public record Health(Part part, Status status, String message) {
    /**
     * What speaks: {@code stream P}, {@code route events-to-mqtt}.
     *
     * @param name which one; empty where there is only one of its kind
     */
    public record Part(Kind kind, String name) {
        /** As it stands in JSON. */
        @JsonValue
        @Override
        public String toString() {
            String word = kind.name().toLowerCase(Locale.ROOT);
            return name.isEmpty() ? word : word + " " + name;
        }
    }

    /** What kind of part it is. */
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
        /** That of the data folder. */
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

    /** From well to not. */
    public enum Status {
        UP,
        /** It works, but somebody should look. */
        DEGRADED,
        DOWN
    }
}
