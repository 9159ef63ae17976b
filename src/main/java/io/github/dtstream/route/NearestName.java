package io.github.dtstream.route;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the name that somebody probably meant. Pure. */
final class NearestName {
    private NearestName() {}

    /** The valid name with the fewest edits, if those are few enough for a slip; case and hyphens do not count. */
    static Optional<String> of(String written, Collection<String> valid) {
        String wanted = plain(written);
        int allowed = Math.max(1, wanted.length() / 3);
        return valid.stream()
                .filter(name -> distance(wanted, plain(name)) <= allowed)
                .min(Comparator.<String>comparingInt(name -> distance(wanted, plain(name)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** The question to ask after an unknown name; null if no valid one is near. */
    static @Nullable String question(String written, Collection<String> valid) {
        return of(written, valid).map(name -> "did you mean '" + name + "'?").orElse(null);
    }

    private static String plain(String name) {
        return name.replace("-", "").toLowerCase(Locale.ROOT);
    }

    /** Edits between two words: insertions, deletions, replacements, and swaps of neighbours. */
    private static int distance(String a, String b) {
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                edits[i][j] = Math.min(replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
                }
            }
        }
        return edits[a.length()][b.length()];
    }
}
