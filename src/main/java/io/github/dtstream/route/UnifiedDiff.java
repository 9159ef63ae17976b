package io.github.dtstream.route;

import java.util.ArrayList;
import java.util.List;

/** What changed between two texts, line by line. Pure. */
final class UnifiedDiff {
    private static final int CONTEXT = 2;
    /** Beyond this a table of all pairs of lines costs too much for a hint. */
    private static final int MAX_LINES = 2_000;

    private UnifiedDiff() {}

    /**
     * The changed lines with two lines around them, {@code -} before those that went and {@code +} before those that came.
     *
     * @param maxLines the rest is left out
     */
    static String of(String before, String after, int maxLines) {
        List<String> old = before.lines().toList();
        List<String> now = after.lines().toList();
        if (old.size() > MAX_LINES || now.size() > MAX_LINES) {
            return "(too long to compare)";
        }
        List<String> all = merge(old, now);
        List<String> shown = new ArrayList<>();
        boolean skipped = false;
        for (int i = 0; i < all.size(); i++) {
            if (nearChange(all, i)) {
                if (skipped) {
                    shown.add("  …");
                }
                shown.add(all.get(i));
            }
            skipped = !nearChange(all, i) && !shown.isEmpty();
        }
        return String.join("\n", shown.size() <= maxLines ? shown : cut(shown, maxLines));
    }

    private static List<String> cut(List<String> lines, int maxLines) {
        List<String> shown = new ArrayList<>(lines.subList(0, maxLines));
        shown.add("  … and " + (lines.size() - maxLines) + " lines more");
        return shown;
    }

    private static boolean nearChange(List<String> all, int index) {
        for (int i = Math.max(0, index - CONTEXT); i <= Math.min(all.size() - 1, index + CONTEXT); i++) {
            if (all.get(i).charAt(0) != ' ') {
                return true;
            }
        }
        return false;
    }

    private static List<String> merge(List<String> old, List<String> now) {
        int[][] common = common(old, now);
        List<String> lines = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < old.size() || j < now.size()) {
            if (i < old.size() && j < now.size() && old.get(i).equals(now.get(j))) {
                lines.add("  " + old.get(i++));
                j++;
            } else if (i < old.size() && (j == now.size() || common[i + 1][j] >= common[i][j + 1])) {
                lines.add("- " + old.get(i++));
            } else {
                lines.add("+ " + now.get(j++));
            }
        }
        return lines;
    }

    /** How many lines the rests of both texts have in common, from each pair of places on. */
    private static int[][] common(List<String> old, List<String> now) {
        int[][] common = new int[old.size() + 1][now.size() + 1];
        for (int i = old.size() - 1; i >= 0; i--) {
            for (int j = now.size() - 1; j >= 0; j--) {
                common[i][j] = old.get(i).equals(now.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }
}
