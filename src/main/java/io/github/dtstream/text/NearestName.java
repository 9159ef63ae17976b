package io.github.dtstream.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Finds the name that a person who mistyped probably meant: the one with the smallest edit distance, where inserting,
 * deleting or replacing a character, or swapping two neighbouring ones, costs one each (optimal string alignment).
 * Upper and lower case and hyphens do not count.
 */
public final class NearestName {
    /** The longer name may have one edit for each of this many characters, and one in any case. */
    private static final int CHARACTERS_PER_EDIT = 3;

    private NearestName() {}

    /** A known name, the number of edits, and how many edits are allowed. */
    private record Candidate(String name, int edits, int forgiven) {
        static Candidate of(String wanted, String name) {
            String plain = plain(name);
            int longer = Math.max(wanted.length(), plain.length());
            // A name that shares no character was not meant.
            int forgiven = Math.min(Math.max(1, longer / CHARACTERS_PER_EDIT), longer - 1);
            return new Candidate(name, NearestName.edits(wanted, plain), forgiven);
        }
    }

    /**
     * The nearest of the known names, the first in the alphabet if several are equally near; empty if none is near
     * enough.
     */
    public static Optional<String> of(String written, Collection<String> known) {
        String wanted = plain(written);
        return known.stream()
                .map(name -> Candidate.of(wanted, name))
                .filter(candidate -> candidate.edits() <= candidate.forgiven())
                .min(Comparator.comparingInt(Candidate::edits).thenComparing(Candidate::name))
                .map(Candidate::name);
    }

    /** The question after an unknown name; empty if no known one is near. */
    public static Optional<String> question(String written, Collection<String> known) {
        return question(written, known, name -> "'" + name + "'");
    }

    /**
     * The question after an unknown name; empty if no known one is near.
     *
     * @param shown makes the form of the name in the question
     */
    public static Optional<String> question(String written, Collection<String> known, UnaryOperator<String> shown) {
        return of(written, known).map(name -> "did you mean " + shown.apply(name) + "?");
    }

    private static String plain(String name) {
        return name.replace("-", "").toLowerCase(Locale.ROOT);
    }

    private static int edits(String a, String b) {
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                edits[i][j] = i == 0 || j == 0 ? i + j : fewest(edits, a, i, b, j);
            }
        }
        return edits[a.length()][b.length()];
    }

    /**
     * The number of edits between the first i characters of one name and the first j of the other, from the numbers for
     * shorter beginnings.
     */
    private static int fewest(int[][] edits, String a, int i, String b, int j) {
        int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int fewest = Math.min(replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(fewest, edits[i - 2][j - 2] + 1) : fewest;
    }
}
