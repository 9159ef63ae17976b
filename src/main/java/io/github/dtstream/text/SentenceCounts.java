package io.github.dtstream.text;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts sentences. Sentences that differ only in their numbers are of one kind, which is shown by its first. The
 * number of kinds is limited; further ones are counted together. Thread-safe.
 */
public final class SentenceCounts {
    private static final int MOST_KINDS = 20;
    private static final String OTHERS = "others";

    /** By kind; guarded by this. */
    private final Map<String, Counted> kinds = new LinkedHashMap<>();

    private record Counted(String sentence, long count) {
        Counted andOne() {
            return new Counted(sentence, count + 1);
        }
    }

    public synchronized void add(String sentence) {
        String kind = sentence.replaceAll("[0-9]+", "0");
        boolean isTold = kinds.containsKey(kind) || kinds.size() < MOST_KINDS;
        kinds.merge(isTold ? kind : OTHERS, new Counted(isTold ? sentence : OTHERS, 1), (one, more) -> one.andOne());
    }

    /** The number of each kind, in the order of their first occurrence. */
    public synchronized Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        kinds.values().forEach(each -> counts.merge(each.sentence, each.count, Long::sum));
        return counts;
    }
}
