package io.github.dtstream.management;

/**
 * What one part of the router says of itself.
 *
 * @param part what speaks: {@code stream P}, {@code route events-to-mqtt}
 * @param status how it is
 * @param message one sentence for an operator: what is wrong and what happens next
 */
public record Health(String part, Status status, String message) {
    /** From well to not. */
    public enum Status {
        UP,
        /** It works, but somebody should look. */
        DEGRADED,
        DOWN
    }
}
