package io.github.dtstream.camel.held;

import io.github.dtstream.stream.EventStream;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A stream that routes here use, and its users. Its lock guards all fields that say nothing else. */
final class HeldStream {
    final String name;
    final Set<StreamUser> users = new LinkedHashSet<>();
    /** The users that have not begun, though the stream is open. */
    final Set<StreamUser> waiting = new LinkedHashSet<>();
    /** The number of the assignment; 0 while there is none. The group's thread sets it without the lock. */
    volatile long assigned;
    /** The assignment for which the stream is open; 0 if it is closed. */
    long open;

    long openedNanos;
    /** By user, why it could not begin last. */
    final Map<StreamUser, String> failures = new ConcurrentHashMap<>();
    /** Whether a worker looks after it, or is about to. */
    final AtomicBoolean isLookedAfter = new AtomicBoolean();
    /** Opens the stream again that another router has taken over. Guarded by {@link HeldStreams}, as are the next two. */
    private @Nullable Future<?> openingAgain;
    /** The stream whose journals were taken over, and that is closed for that. */
    private @Nullable EventStream takenOver;
    /** How often it was taken over, without a long time in between. */
    private int takeOvers;

    private long takenOverNanos;
    /** Whether this router asks the group for the stream. */
    boolean isWanted;
    /** Whether the group knows that this router is ready for the stream, and since when. */
    boolean isReady;

    long readyNanos;
    /** Whether a user keeps a connection for the stream while another router holds it. */
    boolean standsBy;
    /** Whether its journals are about to be read ahead. */
    boolean isReadAhead;
    /** Why this router cannot stand by, as it was logged; null if it does, or does not have to. */
    @Nullable
    String complaint;

    long releasedNanos;
    boolean wasReleased;
    /** Whether no user was needed when that was noted last, and since when. */
    private boolean isUnused;

    private long unusedNanos;

    /** @param name {@code PROJECT/STREAM} */
    HeldStream(String name) {
        this.name = name;
    }

    /**
     * Notes that another router has taken the stream over.
     *
     * @param forgets the time after which take-overs before this one do not count
     * @return how often it was taken over
     */
    int noteTakeOver(Duration forgets, long nanos) {
        takeOvers = takeOvers > 0 && nanos - takenOverNanos < forgets.toNanos() ? takeOvers + 1 : 1;
        takenOverNanos = nanos;
        return takeOvers;
    }

    /** It is opened again by this, which was planned when that one was taken over. */
    void openAgain(EventStream after, Future<?> by) {
        openNotAgain();
        takenOver = after;
        openingAgain = by;
    }

    /** Whether it is planned to open it again after that one was taken over. */
    boolean isOpenedAgain(EventStream after) {
        return after.equals(takenOver);
    }

    /** Called when it is closed, and when this router leaves the group. */
    void openNotAgain() {
        if (openingAgain != null) {
            openingAgain.cancel(false);
        }
        openingAgain = null;
        takenOver = null;
    }

    /** Whether another router holds it, or nobody, and this router wants it. */
    boolean isElsewhere() {
        return open == 0 && assigned == 0 && isWanted;
    }

    /** Notes whether any user is needed now. */
    void noteUse(long nanos) {
        boolean unused = users.stream().noneMatch(StreamUser::isNeeded);
        if (unused && !isUnused) {
            unusedNanos = nanos;
        }
        isUnused = unused;
    }

    /** Whether no user was needed when that was noted last. */
    boolean isUnused() {
        return isUnused;
    }

    /** Whether no user has been needed for so long. */
    boolean isUnusedFor(Duration time, long nanos) {
        return isUnused && nanos - unusedNanos >= time.toNanos();
    }

    /** The group knows that this router is ready. */
    void ready(long nanos) {
        isReady = true;
        readyNanos = nanos;
    }
}
