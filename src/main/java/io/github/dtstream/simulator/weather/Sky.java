package io.github.dtstream.simulator.weather;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Which weather a request meets: of the spells that are due the first one, else what the forecast says. Thread-safe. */
public final class Sky {
    private final List<Due> due = new ArrayList<>();
    private Forecast forecast = Forecast.FAIR;

    /** A spell that is still going on. */
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
     * What a request meets, which then counts.
     *
     * @param path of the request, which may name a device
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

    /** When the next weather of the forecast begins. */
    public synchronized Optional<Instant> nextBegin(Target target, Instant now) {
        return forecast.nextBegin(target, now);
    }
}
