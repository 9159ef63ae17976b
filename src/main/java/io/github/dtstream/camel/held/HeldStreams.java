package io.github.dtstream.camel.held;

import io.github.dtstream.cluster.Holding;
import io.github.dtstream.cluster.StreamGroup;
import io.github.dtstream.cluster.StreamGroups;
import io.github.dtstream.cluster.StreamListener;
import io.github.dtstream.delivery.StopGrace;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.stream.EventStreams;
import io.github.dtstream.text.FailureReason;
import io.github.dtstream.time.Backoff;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens and closes streams for their users. Without a group of routers, a user begins at once. In a group, the users of a
 * stream begin when the group assigns the stream to this router, and end when the group takes it away. A stream in a
 * group starts to receive after each of its users has begun or failed to, and is closed after they have ended.
 * Thread-safe.
 *
 * <p>Locks: each stream has one, under which its users are called. The lock of this object is a leaf.
 */
public final class HeldStreams implements StreamListener {
    private static final Logger LOG = LoggerFactory.getLogger(HeldStreams.class);
    /** How many streams are opened or closed at a time. */
    private static final int AT_A_TIME = 8;
    /** How long {@link #revoked} waits for streams to end. The group waits a little longer. */
    private static final Duration REVOKE = Duration.ofSeconds(25);
    /** How long a node keeps a stream that it cannot receive, if there are other nodes. */
    private static final Duration WITHOUT_CLOUD = Duration.ofMinutes(1);
    /**
     * The least time between two releases of a stream, so that a stream that no node can receive does not move all the
     * time.
     */
    private static final Duration BETWEEN_RELEASES = Duration.ofMinutes(10);
    /**
     * How long a stream that is assigned to this router stays taken over by another one before it is opened again. A router
     * that was suspended learns of its journal that it has lost the stream, and only a moment after that of the group. If two
     * routers take a stream from each other again and again, as both believe to hold it, they do it ever more seldom.
     */
    private static final Backoff TAKEN_OVER = Backoff.doubling(Duration.ofSeconds(5), Duration.ofMinutes(2));
    /** After this time a stream is opened again as soon as after its first take-over. */
    private static final Duration TAKE_OVERS_COUNT = Duration.ofMinutes(10);
    /** How long this router asks for a stream without users: a route that is edited is without it for a moment. */
    private static final Duration WITHOUT_USERS = Duration.ofSeconds(30);

    private final StreamHost host;
    private final Ticker ticker;
    private final @Nullable StreamGroups groups;
    private final Readiness readiness;

    /** Numbers the assignments: a clock may show the same time for two of them. */
    private final AtomicLong assignments = new AtomicLong();

    /** Guarded by this. */
    private final Map<String, HeldStream> places = new TreeMap<>();
    /** This and the next two are guarded by this object. */
    private @Nullable StreamGroup group;

    private @Nullable ScheduledExecutorService workers;
    /** Whether the group's thread waits for the end of streams. */
    private volatile boolean isGivingUp;

    private @Nullable Future<?> looks;
    /** The length of the prefix of streams' names in the group. Guarded by this. */
    private int prefixLength;

    /** @param groups joins the group of routers; null if this router shares no streams */
    public HeldStreams(StreamHost host, Ticker ticker, @Nullable StreamGroups groups) {
        this.host = host;
        this.ticker = ticker;
        this.groups = groups;
        readiness = new Readiness(host, ticker, groups != null && groups.standsByHot());
    }

    /** Whether this router shares streams with a group. */
    public boolean areShared() {
        return groups != null;
    }

    /**
     * Adds a user of a stream. The user begins at once, or as soon as this router holds the stream.
     *
     * @param stream {@code PROJECT/STREAM}
     * @throws IOException if this router holds the stream and cannot open it
     */
    public void add(String stream, StreamUser user) throws IOException {
        StreamGroups shared = groups;
        if (shared == null) {
            user.begin();
            return;
        }
        HeldStream place;
        synchronized (this) {
            place = places.computeIfAbsent(stream, HeldStream::new);
        }
        synchronized (place) {
            boolean isNew = place.users.add(user);
            place.noteUse(ticker.nanos());
            want(place);
            if (isNew && place.open != 0) {
                if (place.open == place.assigned) {
                    user.begin();
                } else {
                    // the stream is about to close: to begin could take it from the router that has it now
                    place.waiting.add(user);
                }
            }
        }
        var unused = settle(place);
    }

    /** Asks the group for a stream, if this router is in the group and does not ask yet. Called under the place's lock. */
    private void want(HeldStream place) {
        StreamGroup joined;
        synchronized (this) {
            joined = group;
        }
        if (joined != null && !place.isWanted) {
            place.isWanted = true;
            joined.want(inGroup(place.name));
        }
    }

    /** Removes a user that does not use the stream any more. It is not called again. */
    public void remove(String stream, StreamUser user) {
        HeldStream place = known(stream);
        if (place != null) {
            synchronized (place) {
                place.waiting.remove(user);
                place.users.remove(user);
                place.failures.remove(user);
                place.noteUse(ticker.nanos());
            }
        }
    }

    /** Joins the group, if there is one. Call it when the routes exist. */
    public void begin(EventStreams streams) throws IOException {
        StreamGroups shared = groups;
        if (shared == null) {
            return;
        }
        streams.startOneByOne();
        streams.onOpened(stream -> stream.onTakenOver(why -> takenOver(stream)));
        synchronized (this) {
            prefixLength = streams.prefix().length();
            workers = host.supervisor().pool(AT_A_TIME, "dt-group-streams", "a stream was not opened or closed");
        }
        StreamGroup joined = shared.join(this);
        List<HeldStream> all;
        synchronized (this) {
            group = joined;
            readiness.begin(joined);
            all = List.copyOf(places.values());
            looks = host.look(() -> {
                var unused = look();
            });
        }
        for (HeldStream place : all) {
            synchronized (place) {
                if (!place.users.isEmpty()) {
                    want(place);
                }
            }
            var unused = settle(place);
        }
    }

    /** Leaves the group: this router's streams end in order, and other routers can take them over. */
    public void end() {
        StreamGroup leaving;
        ScheduledExecutorService stopping;
        synchronized (this) {
            leaving = group;
            group = null;
            stopping = workers;
            places.values().forEach(HeldStream::openNotAgain);
            if (looks != null) {
                looks.cancel(false);
            }
        }
        readiness.end();
        if (leaving != null) {
            leaving.close();
        }
        if (stopping != null) {
            awaitEnd(stopping);
        }
    }

    /** Streams that the group had already given to others may be about to end. */
    private static void awaitEnd(ScheduledExecutorService stopping) {
        stopping.shutdown();
        try {
            if (!stopping.awaitTermination(REVOKE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Streams of this router have not ended in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stopping.shutdownNow();
    }

    /** This router's name in its group; empty if it is in no group. */
    public synchronized Optional<String> node() {
        return Optional.ofNullable(group).map(StreamGroup::node);
    }

    /** The holders of all streams that this router's routes use; empty if it is in no group. */
    public List<Holding> holdings() {
        StreamGroup joined;
        synchronized (this) {
            joined = group;
        }
        return joined == null ? List.of() : joined.holdings();
    }

    /** The name of the other node that holds a stream, or "nobody yet"; empty if this router holds it. */
    public Optional<String> elsewhere(String stream) {
        HeldStream place;
        StreamGroup joined;
        synchronized (this) {
            place = places.get(stream);
            joined = group;
        }
        if (groups == null || place != null && place.assigned != 0) {
            return Optional.empty();
        }
        return Optional.of(
                joined == null
                        ? "nobody yet"
                        : joined.holding(inGroup(stream)).map(Holding::node).orElse("nobody yet"));
    }

    /**
     * A stream that the group has assigned to this router, and that is not open here.
     *
     * @param problem why it could not be opened last, which is tried again; null while it is opened for the first time
     */
    public record Opening(String stream, @Nullable String problem) {}

    /** The streams that this router is to open. */
    public List<Opening> openings() {
        List<HeldStream> all;
        synchronized (this) {
            all = List.copyOf(places.values());
        }
        return host.openStreams()
                .map(streams -> all.stream()
                        .filter(place -> place.assigned != 0
                                && streams.stream(place.name).isEmpty())
                        .map(place -> new Opening(
                                streams.prefix() + place.name,
                                place.failures.values().stream().findFirst().orElse(null)))
                        .toList())
                .orElse(List.of());
    }

    /** Why a user of a stream that this router holds could not begin; empty if it has begun, or does not have to. */
    public Optional<String> problem(String stream, StreamUser user) {
        return Optional.ofNullable(known(stream)).map(place -> place.failures.get(user));
    }

    private synchronized @Nullable HeldStream known(String stream) {
        return places.get(stream);
    }

    private String inGroup(String stream) {
        return host.streams().prefix() + stream;
    }

    private Optional<HeldStream> place(String inGroup) {
        return Optional.ofNullable(
                known(inGroup.substring(host.streams().prefix().length())));
    }

    @Override
    public void assigned(Set<String> streams) {
        long assignment = assignments.incrementAndGet();
        for (String stream : streams) {
            place(stream).ifPresent(place -> {
                place.assigned = assignment;
                var unused = settle(place);
            });
        }
    }

    @Override
    public void lost(Set<String> streams) {
        var unused = giveUp(streams);
    }

    @Override
    public void revoked(Set<String> streams) {
        long until = ticker.nanos() + REVOKE.toNanos();
        isGivingUp = true;
        try {
            for (Future<?> one : giveUp(streams)) {
                awaitEnd(one, until);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            isGivingUp = false;
        }
    }

    /** What fails with one stream must not let another one go before it has ended. */
    private void awaitEnd(Future<?> one, long until) throws InterruptedException {
        try {
            one.get(Math.max(1, until - ticker.nanos()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("A stream that moves to another router has not ended in time: {}", e.toString());
        }
    }

    private List<Future<?>> giveUp(Set<String> streams) {
        List<HeldStream> given = new ArrayList<>();
        streams.forEach(stream -> place(stream).ifPresent(given::add));
        given.forEach(place -> place.assigned = 0);
        List<Future<?>> all = new ArrayList<>();
        given.forEach(place -> settle(place).ifPresent(all::add));
        return all;
    }

    private Optional<Future<?>> settle(HeldStream place) {
        ScheduledExecutorService working;
        synchronized (this) {
            working = workers;
        }
        return Optional.ofNullable(working).map(pool -> pool.submit(() -> bringAbout(place)));
    }

    /** Opens or closes a stream by its present assignment. */
    private void bringAbout(HeldStream place) {
        synchronized (place) {
            if (place.open != 0 && place.open != place.assigned) {
                close(place);
            }
            if (place.assigned != 0 && place.open == 0) {
                open(place);
            } else if (place.open != 0 && !place.waiting.isEmpty()) {
                beginThoseThatWait(place);
            } else if (place.open == 0) {
                readiness.standBy(place);
            }
        }
    }

    /**
     * Call it when another process has taken over a journal of a stream. If the group assigns the stream to this router even a
     * moment later, this router opens it again: the other one was still opening the stream when it lost it, or is not in the
     * group, and nobody else would receive the stream or raise its alarms. Does nothing if this router shares no streams.
     */
    public void takenOver(EventStream stream) {
        synchronized (this) {
            HeldStream place = places.get(stream.name().substring(prefixLength));
            // both journals of a stream may be taken over
            if (place != null && !place.isOpenedAgain(stream) && group != null && workers != null) {
                openAgainLater(place, stream, place.noteTakeOver(TAKE_OVERS_COUNT, ticker.nanos()));
            }
        }
    }

    /** @param count how often it was taken over */
    private synchronized void openAgainLater(HeldStream place, EventStream takenOver, int count) {
        if (workers != null) {
            long delay = TAKEN_OVER.bound(count).toMillis();
            place.openAgain(
                    takenOver, workers.schedule(() -> openAgain(place, takenOver), delay, TimeUnit.MILLISECONDS));
        }
    }

    private void openAgain(HeldStream place, EventStream takenOver) {
        if (isGivingUp) {
            // The group's thread waits for the end of other streams, and has not heard yet whom this one belongs to.
            LOG.info("The stream {} was taken over, and this router asks later whether it still holds it", place.name);
            openAgainLater(place, takenOver, 1);
            return;
        }
        synchronized (place) {
            boolean isOpen =
                    host.streams().stream(place.name).filter(takenOver::equals).isPresent();
            if (isOpen && place.open != 0) {
                LOG.warn(
                        "The stream {} was taken over, and this router opens it again if it still holds it",
                        place.name);
                close(place);
                bringAbout(place);
            }
        }
    }

    private void open(HeldStream place) {
        place.open = place.assigned;
        place.isReady = true;
        place.openedNanos = ticker.nanos();
        place.waiting.addAll(place.users);
        place.users.forEach(StreamUser::beginSoon);
        beginThoseThatWait(place);
    }

    private void beginThoseThatWait(HeldStream place) {
        for (StreamUser user : List.copyOf(place.waiting)) {
            if (place.open != place.assigned) {
                // Opening takes the journal over, so it must not go on after the stream has moved.
                return;
            }
            try {
                user.begin();
                place.waiting.remove(user);
                place.failures.remove(user);
            } catch (IOException | RuntimeException e) {
                String why = FailureReason.of(e);
                place.failures.put(user, why);
                LOG.error("This router holds the stream {}, but cannot open it, and tries again: {}", place.name, why);
            }
        }
        host.streams().start(place.name);
    }

    private void close(HeldStream place) {
        place.open = 0;
        place.failures.clear();
        synchronized (this) {
            place.openNotAgain();
        }
        List<StreamUser> ending = new ArrayList<>(place.users);
        ending.removeAll(place.waiting);
        place.waiting.forEach(StreamUser::beginNot);
        place.waiting.clear();
        ending.forEach(StreamUser::endSoon);
        StopGrace grace = host.stopGrace();
        for (StreamUser user : ending) {
            try {
                user.end(grace);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.error("A part of the stream {} did not end properly, which ends here: {}", place.name, e, e);
            }
        }
        host.streams().close(place.name);
    }

    /**
     * Tries again to open streams that could not be opened, gives up streams that this router cannot receive, and asks no
     * longer for streams without users. Does not wait. A stream that opens slowly takes one worker, and not one more at each
     * look.
     *
     * @return one for each stream that is looked after now
     */
    public List<Future<?>> look() {
        List<Future<?>> begun = new ArrayList<>();
        synchronized (this) {
            if (workers != null) {
                for (HeldStream place : places.values()) {
                    if (place.isLookedAfter.compareAndSet(false, true)) {
                        begun.add(workers.submit(() -> lookAfter(place)));
                    }
                }
            }
        }
        return begun;
    }

    private void lookAfter(HeldStream place) {
        try {
            bringAbout(place);
            StreamGroup joined;
            synchronized (this) {
                joined = group;
            }
            if (joined != null) {
                synchronized (place) {
                    look(place, joined);
                }
            }
        } finally {
            place.isLookedAfter.set(false);
        }
    }

    private void look(HeldStream place, StreamGroup joined) {
        place.noteUse(ticker.nanos());
        if (place.isUnused()) {
            if (place.isWanted && place.isUnusedFor(WITHOUT_USERS, ticker.nanos())) {
                place.isWanted = false;
                place.isReady = false;
                LOG.info("This router asks no longer for the stream {}, which no route here uses", place.name);
                joined.wantNoMore(inGroup(place.name));
                host.openStreams().ifPresent(streams -> streams.standByNoLonger(place.name));
            }
            return;
        }
        String why = place.open == 0 || !joined.hasOthers() ? null : complaint(place);
        if (why != null) {
            place.wasReleased = true;
            place.releasedNanos = ticker.nanos();
            LOG.warn("This router gives up the stream {} to another one: {}", place.name, why);
            joined.release(inGroup(place.name), why);
        }
    }

    /** Why this router should give the stream up; null if it should keep it. */
    private @Nullable String complaint(HeldStream place) {
        long now = ticker.nanos();
        boolean isFresh = now - place.openedNanos < WITHOUT_CLOUD.toNanos();
        boolean wasHere = place.wasReleased && now - place.releasedNanos < BETWEEN_RELEASES.toNanos();
        if (isFresh || wasHere) {
            return null;
        }
        EventStream stream = host.streams().stream(place.name).orElse(null);
        if (stream == null) {
            return "its journal could not be opened";
        }
        SessionState state = stream.sessionState();
        // a network that swallows everything keeps it connecting nearly all the time
        boolean isAway = !(state instanceof SessionState.Live) && !(state instanceof SessionState.Unheld);
        boolean isSilent = stream.silence()
                .map(silence -> silence.compareTo(WITHOUT_CLOUD) >= 0)
                .orElse(true);
        return isAway && isSilent ? "the cloud was not reached for a minute" : null;
    }
}
