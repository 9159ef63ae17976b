package io.github.dtstream.alarm;

import io.github.dtstream.alarm.engine.AlarmEngine;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.time.Deadline;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves the state of alarms at intervals, and then moves the cursor in the stream's journal. The cursor stays at the
 * position of the second newest snapshot: if the disk damages the newest, the events since the other one come again.
 * Owned by the engine's thread; any thread reads {@link #problem}.
 */
final class AlarmSaving {
    private static final Logger LOG = LoggerFactory.getLogger(AlarmSaving.class);

    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final int AFTER_EVENTS = 50_000;
    /** Much fewer than the identifiers that the alarm journal remembers. */
    private static final int AFTER_CHANGES = 10_000;
    /** A large state is saved less often, so that it does not wear out a memory card. */
    private static final long BYTES_PER_SECOND = 40_000;

    private static final Duration DISK_DELAY = Duration.ofSeconds(1);

    private final String stream;
    private final AlarmSnapshot snapshot;
    private final AlarmLog log;
    private final Ticker ticker;

    private Deadline next;
    private long unsavedEvents;
    private @Nullable Position reached;
    /** The position of the second newest snapshot. */
    private @Nullable Position savedBefore;

    private volatile @Nullable String problem;

    /** @param stream the stream's name, for messages */
    AlarmSaving(String stream, AlarmSnapshot snapshot, AlarmLog log, Ticker ticker) {
        this.stream = stream;
        this.snapshot = snapshot;
        this.log = log;
        this.ticker = ticker;
        this.next = Deadline.after(EVERY, ticker);
    }

    /** Nothing has been processed since the saved state. */
    void restart() {
        reached = null;
        savedBefore = null;
        unsavedEvents = 0;
    }

    /** The engine has processed an event. */
    void processed() {
        unsavedEvents++;
    }

    /** The engine has processed all before a position in the stream's journal. */
    void reached(Position end) {
        reached = end;
    }

    boolean isDue() {
        return unsavedEvents >= AFTER_EVENTS || log.unsynced() >= AFTER_CHANGES || unsavedEvents > 0 && next.isOver();
    }

    /**
     * Saves the state, and moves the cursor. A failure is logged, told by {@link #problem}, and tried again.
     *
     * @param place what the state is valid for; the alarm journal is on disk up to there
     * @param source the stream's journal
     */
    void save(AlarmEngine engine, AlarmSnapshot.Place place, @Nullable Subscription source) {
        Duration pause = EVERY;
        try {
            snapshot.save(engine, place);
            if (source != null && savedBefore != null) {
                source.commit(savedBefore);
            }
            if (reached != null) {
                savedBefore = reached;
            }
            unsavedEvents = 0;
            problem = null;
            Duration spared = Duration.ofSeconds(snapshot.bytes() / BYTES_PER_SECOND);
            pause = pause.compareTo(spared) < 0 ? spared : pause;
        } catch (IOException e) {
            if (problem == null) {
                LOG.error("Alarms of {} cannot be saved, which is tried again: {}", stream, e.toString());
            }
            problem = "what is known of alarms cannot be saved (" + e + "); it is tried again";
            pause = DISK_DELAY;
        }
        next = Deadline.after(pause, ticker);
    }

    /** Why the state cannot be saved; null if it can. */
    @Nullable
    String problem() {
        return problem;
    }
}
