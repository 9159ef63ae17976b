package io.github.dtstream.journal.record;

/**
 * A hash of an event identifier, of 128 bits. The text and its bytes give the same value, as identifiers are ASCII.
 *
 * @param high one half
 * @param low the other half, independent of the first
 */
public record EventIdHash(long high, long low) {
    private static final long HIGH_SEED = 0x9E3779B97F4A7C15L;
    private static final long LOW_SEED = 0xC2B2AE3D27D4EB4FL;
    private static final long HIGH_FACTOR = 0xFF51AFD7ED558CCDL;
    private static final long LOW_FACTOR = 0xC4CEB9FE1A85EC53L;

    public static EventIdHash of(String eventId) {
        long high = HIGH_SEED;
        long low = LOW_SEED;
        for (int i = 0; i < eventId.length(); i++) {
            high = mix(high, eventId.charAt(i), HIGH_FACTOR);
            low = mix(low, eventId.charAt(i), LOW_FACTOR);
        }
        return new EventIdHash(high, low);
    }

    static EventIdHash of(byte[] ascii, int offset, int length) {
        long high = HIGH_SEED;
        long low = LOW_SEED;
        for (int i = offset; i < offset + length; i++) {
            high = mix(high, ascii[i], HIGH_FACTOR);
            low = mix(low, ascii[i], LOW_FACTOR);
        }
        return new EventIdHash(high, low);
    }

    private static long mix(long state, int character, long factor) {
        long product = (state ^ character) * factor;
        return product ^ (product >>> 29);
    }
}
