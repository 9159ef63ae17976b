package io.github.dtstream.journal.local;

import io.github.dtstream.event.Identifier;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.text.ReadableDuration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All subscribers with a cursor, whether or not a subscription with the name is open. Thread-safe: one lock. */
final class Cursors {
    private static final Logger LOG = LoggerFactory.getLogger(Cursors.class);

    private final Path directory;
    private final Storage storage;
    private final Clock clock;
    private final Map<String, CursorFile> cursors = new TreeMap<>();
    private final Set<String> active = new HashSet<>();
    private long lost;
    /** Lost records by subscriber; removing a subscriber removes its number. */
    private final Map<String, Long> lostBy = new HashMap<>();

    private Cursors(Path directory, Storage storage, Clock clock) {
        this.directory = directory;
        this.storage = storage;
        this.clock = clock;
    }

    /**
     * Reads the cursors in a folder; an unreadable one begins again at the oldest record. An empty file is none: it was
     * created and never written.
     */
    static Cursors load(Path directory, Storage storage, Clock clock, Position oldest) throws IOException {
        Cursors loaded = new Cursors(directory, storage, clock);
        for (String file : storage.list(directory)) {
            String name = file.endsWith(CursorFile.SUFFIX)
                    ? file.substring(0, file.length() - CursorFile.SUFFIX.length())
                    : "";
            if (!Identifier.isName(name)) {
                continue;
            }
            CursorFile cursor = CursorFile.load(name, directory, storage, clock);
            if (cursor != null) {
                loaded.cursors.put(name, cursor);
            } else if (CursorFile.isEmpty(name, directory, storage)) {
                loaded.deleteEmpty(name);
            } else {
                loaded.cursors.put(name, loaded.begunAgain(name, oldest));
            }
        }
        return loaded;
    }

    private void deleteEmpty(String name) {
        LOG.warn(
                "cursor {}{} in {} is empty, as its creation was cut short: subscriber {} begins like a new one",
                name,
                CursorFile.SUFFIX,
                directory,
                name);
        try {
            storage.delete(directory.resolve(name + CursorFile.SUFFIX));
        } catch (IOException e) {
            // A new cursor of that name replaces it.
            LOG.debug("It cannot be deleted", e);
        }
    }

    private CursorFile begunAgain(String name, Position oldest) {
        LOG.error(
                "cursor {}{} in {} is unreadable: subscriber {} gets every record again from number {} on",
                name,
                CursorFile.SUFFIX,
                directory,
                name,
                oldest.sequence());
        CursorFile cursor = CursorFile.inPlaceOf(name, directory, oldest, storage, clock);
        try {
            cursor.overwrite();
        } catch (IOException e) {
            // Until then the file stays unreadable, so that a restart begins here again, and loses nothing.
            LOG.warn("cursor of subscriber {} cannot be written; it is written when it moves: {}", name, e.toString());
        }
        return cursor;
    }

    /** The cursor of a name; a new one at {@code start} if there is none. */
    synchronized CursorFile activate(String name, Position start) throws IOException {
        if (!Identifier.isName(name)) {
            throw new IllegalArgumentException(
                    "subscriber name must be 1 to 64 of A-Z a-z 0-9 _ -, is \"" + name + "\"");
        }
        if (active.contains(name)) {
            throw new IllegalStateException("a subscription named " + name + " is open already: choose another name");
        }
        CursorFile cursor = cursors.get(name);
        if (cursor == null) {
            cursor = CursorFile.create(name, directory, start, storage, clock);
            cursors.put(name, cursor);
        }
        cursor.used();
        active.add(name);
        return cursor;
    }

    synchronized void deactivate(String name) {
        active.remove(name);
    }

    synchronized boolean remove(String name) throws IOException {
        if (active.contains(name)) {
            throw new IllegalStateException("subscription " + name + " is open: close it before removing it");
        }
        CursorFile cursor = cursors.get(name);
        if (cursor == null) {
            return false;
        }
        cursor.delete();
        cursors.remove(name);
        lostBy.remove(name);
        return true;
    }

    /** Adds time for cursors without an open subscription. */
    synchronized void addIdle(Duration time) {
        for (CursorFile cursor : cursors.values()) {
            try {
                if (!active.contains(cursor.name())) {
                    cursor.addIdle(time);
                }
            } catch (IOException e) {
                LOG.warn("how long subscriber {} has been gone cannot be written: {}", cursor.name(), e.toString());
            }
        }
    }

    /** Removes cursors that had no subscription for this long, and logs the consequence. */
    synchronized void release(Duration limit, long durable) {
        for (CursorFile cursor : List.copyOf(cursors.values())) {
            if (active.contains(cursor.name()) || cursor.idle().compareTo(limit) < 0) {
                continue;
            }
            long lag = Math.max(0, durable - cursor.position().sequence() + 1);
            try {
                remove(cursor.name());
                LOG.warn(
                        "subscriber {} is removed: no route has used it for {}; {} events that it had not delivered will"
                                + " not be delivered; if it comes back, it begins like a new one",
                        cursor.name(),
                        ReadableDuration.of(cursor.idle()),
                        lag);
            } catch (IOException e) {
                LOG.warn("subscriber {} cannot be removed; it is tried again: {}", cursor.name(), e.toString());
            }
        }
    }

    /** The lowest number that a subscriber has not committed; null if there are no subscribers. */
    synchronized @Nullable Long lowest() {
        return cursors.values().stream()
                .map(cursor -> cursor.position().sequence())
                .min(Long::compare)
                .orElse(null);
    }

    /** The highest number of a cursor; 1 if there is none. */
    synchronized long highest() {
        return cursors.values().stream()
                .mapToLong(cursor -> cursor.position().sequence())
                .max()
                .orElse(1);
    }

    /**
     * Moves every cursor before a position to it, as the records in between are gone, and counts these records.
     *
     * @param oldest the first number of the records that are gone
     * @param to the position of the oldest remaining record
     */
    synchronized void skipTo(Position to, long oldest, String cause) {
        for (CursorFile cursor : cursors.values()) {
            long from = cursor.position().sequence();
            long missing = to.sequence() - Math.max(from, oldest);
            if (missing <= 0) {
                continue;
            }
            lost += missing;
            lostBy.merge(cursor.name(), missing, Long::sum);
            LOG.warn(
                    "subscriber {} lost {} records, numbers {} to {}: {}",
                    cursor.name(),
                    missing,
                    to.sequence() - missing,
                    to.sequence() - 1,
                    cause);
            try {
                cursor.advance(to);
            } catch (IOException e) {
                LOG.warn("cursor of subscriber {} could not be moved past records that are gone", cursor.name(), e);
            }
        }
    }

    synchronized long lost() {
        return lost;
    }

    /** Makes the commits durable; a cursor that fails is tried again the next time. */
    void sync() {
        for (CursorFile cursor : all()) {
            try {
                cursor.sync();
            } catch (IOException e) {
                LOG.warn(
                        "cursor of subscriber {} could not be synced; a power cut may repeat records",
                        cursor.name(),
                        e);
            }
        }
    }

    boolean isDirty() {
        return all().stream().anyMatch(CursorFile::isDirty);
    }

    synchronized List<JournalStatus.Subscriber> status(long durable, Duration limit) {
        List<JournalStatus.Subscriber> subscribers = new ArrayList<>();
        for (CursorFile cursor : cursors.values()) {
            long sequence = cursor.position().sequence();
            long lag = Math.max(0, durable - sequence + 1);
            String name = cursor.name();
            boolean isActive = active.contains(name);
            Duration idle = isActive ? Duration.ZERO : cursor.idle();
            Duration left = limit.minus(idle);
            subscribers.add(new JournalStatus.Subscriber(
                    name,
                    sequence,
                    lag,
                    isActive,
                    lostBy.getOrDefault(name, 0L),
                    idle,
                    isActive || left.isNegative() ? Duration.ZERO : left));
        }
        return subscribers;
    }

    void close() {
        for (CursorFile cursor : all()) {
            try {
                cursor.writeRest();
            } catch (IOException e) {
                LOG.debug("how long subscriber {} has been gone cannot be written", cursor.name(), e);
            }
        }
        sync();
        for (CursorFile cursor : all()) {
            try {
                cursor.close();
            } catch (IOException e) {
                LOG.warn("cursor of subscriber {} could not be closed", cursor.name(), e);
            }
        }
    }

    private synchronized List<CursorFile> all() {
        return List.copyOf(cursors.values());
    }
}
