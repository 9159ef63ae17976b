package io.github.dtstream.event;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the name that someone who mistyped probably meant: the one at the smallest edit distance, where an inserted, a
 * deleted, a replaced and two swapped neighbouring characters cost one each (optimal string alignment), upper and lower
 * case being the same.
 */
public final class NearestName {
    /** One edit is forgiven for this many characters of the longer name; one always is. */
    private static final int CHARACTERS_PER_EDIT = 3;

    private NearestName() {}

    /** The nearest of the known names, the first of them at a tie; empty where none is near enough to be meant. */
    public static Optional<String> nearest(String given, Collection<String> known) {
        String lowered = given.toLowerCase(Locale.ROOT);
        String nearest = null;
        int smallest = Integer.MAX_VALUE;
        for (String candidate : known) {
            int limit = Math.max(1, Math.max(given.length(), candidate.length()) / CHARACTERS_PER_EDIT);
            if (Math.abs(given.length() - candidate.length()) <= limit) {
                int distance = distance(lowered, candidate.toLowerCase(Locale.ROOT));
                if (distance <= limit && distance < smallest) {
                    smallest = distance;
                    nearest = candidate;
                }
            }
        }
        return Optional.ofNullable(nearest);
    }

    private static int distance(String a, String b) {
        int[] beforePrevious = new int[b.length() + 1];
        int[] previous = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
                if (isSwap(a, i, b, j)) {
                    current[j] = Math.min(current[j], 1 + beforePrevious[j - 2]);
                }
            }
            int[] spent = beforePrevious;
            beforePrevious = previous;
            previous = current;
            current = spent;
        }
        return previous[b.length()];
    }

    /** Whether the last two characters of both prefixes are the same two, swapped. */
    private static boolean isSwap(String a, int i, String b, int j) {
        return i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    }
}
