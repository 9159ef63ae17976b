package io.github.dtstream.simulator.weather;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Determines the weather of a request: the first active spell, else the forecast. Thread-safe. */
public final class Sky {
    private final List<Due> due = new ArrayList<>();
    private Forecast forecast = Forecast.FAIR;

    /** A spell that is active. */
    private static final class Due {
        private final Spell spell;
        private final Instant end;
        private int times;

        Due(Spell spell, Instant now) {
            this.spell = spell;
            this.end = now.plus(spell.length());
            this.times = spell.times();
        }

        boolean isOver(Instant now) {
            return times == 0 || !now.isBefore(end);
        }

        boolean covers(Target target, List<String> path) {
            return spell.target() == target
                    && spell.device().map(path::contains).orElse(true);
        }
    }

    public synchronized void add(Spell spell, Instant now) {
        due.add(new Due(spell, now));
    }

    public synchronized void expect(Forecast coming) {
        forecast = coming;
    }

    public synchronized void clear() {
        due.clear();
        forecast = Forecast.FAIR;
    }

    /**
     * The weather of a request, which counts for the spell.
     *
     * @param path the path of the request, which may include a device
     */
    public synchronized Optional<Weather> next(Target target, List<String> path, Instant now) {
        for (Iterator<Due> each = due.iterator(); each.hasNext(); ) {
            Due one = each.next();
            if (one.isOver(now)) {
                each.remove();
            } else if (one.covers(target, path)) {
                one.times--;
                return Optional.of(one.spell.weather());
            }
        }
        return forecast.at(target, now);
    }

    /** When the next bad weather of the forecast begins. */
    public synchronized Optional<Instant> nextBegin(Target target, Instant now) {
        return forecast.nextBegin(target, now);
    }
}
