package io.github.dtstream.camel.held;

import io.github.dtstream.cluster.StreamGroup;
import io.github.dtstream.stream.EventStreams;
import io.github.dtstream.text.FailureReason;
import io.github.dtstream.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets this router ready for streams that it does not hold. A user keeps a connection for the stream, if this router
 * stands by hot, and what the opening needs is read ahead. When all of that is there, the group learns that this router is
 * ready for the stream. Thread-safe; its lock is a leaf.
 */
final class Readiness {
    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);
    /** How long a router that does not stand by hot keeps what it has read ahead, after it has asked for the stream. */
    private static final Duration UNUSED_AHEAD = Duration.ofSeconds(30);

    private final StreamHost host;
    private final Ticker ticker;
    private final boolean standsByHot;
    /** This and the next one are guarded by this object. Null while this router is in no group. */
    private @Nullable StreamGroup group;
    /** Reads ahead, so that streams that are opened do not wait for that. */
    private @Nullable ScheduledExecutorService readers;

    Readiness(StreamHost host, Ticker ticker, boolean standsByHot) {
        this.host = host;
        this.ticker = ticker;
        this.standsByHot = standsByHot;
    }

    /** This router is in the group from now on. */
    synchronized void begin(StreamGroup joined) {
        readers = host.supervisor().pool(1, "dt-group-ahead", "a stream that moves to this router is opened later");
        group = joined;
    }

    /** This router is about to leave the group. */
    synchronized void end() {
        group = null;
        if (readers != null) {
            readers.shutdownNow();
        }
    }

    /** Gets ready for a stream that this router does not hold. Called under the stream's lock; does not wait for Kafka. */
    void standBy(HeldStream place) {
        EventStreams streams = host.openStreams().orElse(null);
        if (joined() == null || streams == null || !place.isWanted) {
            return;
        }
        if (standsByHot) {
            connect(place, streams);
            readAheadSoon(place);
        } else if (!place.isReady) {
            readAheadSoon(place);
        } else if (ticker.nanos() - place.readyNanos >= UNUSED_AHEAD.toNanos()) {
            streams.standByNoLonger(place.name);
        }
    }

    private synchronized @Nullable StreamGroup joined() {
        return group;
    }

    private void connect(HeldStream place, EventStreams streams) {
        String why = null;
        place.standsBy = false;
        for (StreamUser user : place.users) {
            try {
                if (user.standBy(streams)) {
                    place.complaint = null;
                    place.standsBy = true;
                    return;
                }
            } catch (RuntimeException e) {
                why = FailureReason.of(e);
            }
        }
        if (why != null && !why.equals(place.complaint)) {
            LOG.warn("This router cannot stand by for the stream {}, and tries again: {}", place.name, why);
        }
        place.complaint = why;
    }

    private synchronized void readAheadSoon(HeldStream place) {
        if (group != null && readers != null && !place.isReadAhead) {
            place.isReadAhead = true;
            readers.execute(() -> readAhead(place));
        }
    }

    /** Holds no lock while it asks the journals' storage: a stream that moves to this router does not wait for the answer. */
    private void readAhead(HeldStream place) {
        EventStreams streams = host.openStreams().orElse(null);
        List<StreamUser> users;
        synchronized (place) {
            users = List.copyOf(place.users);
            if (streams == null || !place.isElsewhere()) {
                place.isReadAhead = false;
                return;
            }
        }
        boolean isRead = false;
        try {
            isRead = streams.journals().readAhead(place.name);
            for (StreamUser user : users) {
                isRead &= user.readAhead(streams);
            }
        } finally {
            readAheadEnded(place, streams, isRead);
        }
    }

    private void readAheadEnded(HeldStream place, EventStreams streams, boolean isRead) {
        synchronized (place) {
            place.isReadAhead = false;
            if (place.open != 0 || !place.isWanted) {
                // it was opened, or is wanted no longer, and this may have begun after that
                streams.journals().readNoLongerAhead(place.name);
            } else if (isRead && place.isElsewhere()) {
                becomeReady(place, streams);
            }
        }
    }

    /** Tells the group that this router is ready for a stream, if it is. */
    private void becomeReady(HeldStream place, EventStreams streams) {
        StreamGroup joined = joined();
        boolean isComplete = place.complaint == null && (!place.standsBy || streams.isStandbyComplete(place.name));
        if (joined != null && place.isWanted && !place.isReady && isComplete) {
            place.ready(ticker.nanos());
            LOG.info("This router is ready for the stream {}, and asks the group for it", place.name);
            joined.ready(host.streams().prefix() + place.name);
        }
    }
}
