package io.github.dtstream.route.reload;

import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.DeltaType;
import java.util.ArrayList;
import java.util.List;

/** The difference between two texts, line by line. Pure. */
final class UnifiedDiff {
    private static final int CONTEXT = 2;

    private UnifiedDiff() {}

    /**
     * The changed lines with two lines around them; {@code -} marks removed lines and {@code +} added ones.
     *
     * @param maxLines the limit; further lines are left out
     */
    static String of(String before, String after, int maxLines) {
        List<String> all = merge(before.lines().toList(), after.lines().toList());
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

    /** All lines of both texts, each with a mark for unchanged, removed or added. */
    private static List<String> merge(List<String> old, List<String> now) {
        List<String> lines = new ArrayList<>();
        for (AbstractDelta<String> delta : DiffUtils.diff(old, now, true).getDeltas()) {
            if (delta.getType() == DeltaType.EQUAL) {
                delta.getSource().getLines().forEach(line -> lines.add("  " + line));
            } else {
                delta.getSource().getLines().forEach(line -> lines.add("- " + line));
                delta.getTarget().getLines().forEach(line -> lines.add("+ " + line));
            }
        }
        return lines;
    }
}
