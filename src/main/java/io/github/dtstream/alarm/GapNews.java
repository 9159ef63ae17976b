package io.github.dtstream.alarm;

import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmInput.GapChanged;
import io.github.dtstream.gap.Gap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The changes of a stream's gaps that the engine does not know yet. An open gap is reported at once; its end is
 * reported when the engine has processed the events that filled it. Used by one thread.
 */
final class GapNews {
    private final Supplier<String> ids;
    private final Set<Long> open = new TreeSet<>();
    private List<Gap> seen = List.of();
    /** Until the engine has processed this record, no seen gap is over for it. */
    private long filledBy;

    private boolean isLookedThrough = true;

    GapNews(Supplier<String> ids) {
        this.ids = ids;
    }

    /** Begins again with the gaps that the engine knows. */
    void restart(Set<Long> known) {
        open.clear();
        open.addAll(known);
        isLookedThrough = true;
    }

    /** The gaps that are open for the engine. */
    Set<Long> open() {
        return Set.copyOf(open);
    }

    /**
     * @param gaps all gaps of the gap ledger
     * @param last the number of the journal's last record at that time
     */
    void look(List<Gap> gaps, long last) {
        seen = gaps;
        filledBy = last;
        isLookedThrough = false;
    }

    /**
     * The inputs for the engine; they count as passed on after {@link #told}.
     *
     * @param processed the number of the last record that the engine processed
     */
    List<AlarmInput> due(long processed, Instant now) {
        if (isLookedThrough) {
            return List.of();
        }
        List<AlarmInput> due = new ArrayList<>();
        Map<Long, Gap> unsettled = new LinkedHashMap<>();
        Map<Long, Gap> all = new LinkedHashMap<>();
        for (Gap gap : seen) {
            all.put(gap.id(), gap);
            if (!gap.isSettled()) {
                unsettled.put(gap.id(), gap);
                if (!open.contains(gap.id())) {
                    due.add(new GapChanged(ids.get(), gap.id(), gap.from(), false));
                }
            }
        }
        if (processed >= filledBy) {
            for (long id : open) {
                if (!unsettled.containsKey(id)) {
                    Gap gap = all.get(id);
                    Instant end = gap == null || gap.to() == null ? now : gap.to();
                    due.add(new GapChanged(ids.get(), id, end, true));
                }
            }
            isLookedThrough = true;
        }
        return due;
    }

    /** The gap without an end, while no connection receives; empty if one does. */
    Optional<Gap> interruption() {
        return seen.stream().filter(gap -> gap.to() == null && !gap.isSettled()).findFirst();
    }

    void told(GapChanged gap) {
        if (gap.isFilled()) {
            open.remove(gap.gap());
        } else {
            open.add(gap.gap());
        }
    }
}
