package io.github.dtstream.stream.standby;

import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.session.StreamSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hot standbys of a router, by stream. Thread-safe. */
public final class Standbys implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Standbys.class);

    private final MemoryBudget memory;
    /** Guarded by this. */
    private final Map<String, Standing> all = new TreeMap<>();
    /** Guarded by this. */
    private boolean closed;

    private record Standing(StreamSettings settings, StreamFeed feed) {}

    /** @param memory the budget for what standbys keep */
    public Standbys(MemoryBudget memory) {
        this.memory = memory;
    }

    /**
     * Begins to stand by; does nothing if there is a standby of the stream with the same settings.
     *
     * @param stream {@code PROJECT/STREAM}
     * @param feeds makes a feed whose session is not started
     */
    public void standBy(String stream, StreamSettings settings, Supplier<StreamFeed> feeds) {
        Standing before;
        synchronized (this) {
            before = all.get(stream);
            if (closed || before != null && before.settings().equals(settings)) {
                return;
            }
            StreamFeed feed = feeds.get();
            all.put(stream, new Standing(settings, feed));
            feed.standBy(memory);
        }
        LOG.info("This router stands by for the stream {}, with a connection of its own", stream);
        close(before);
    }

    /**
     * Takes the standby of a stream out, for the stream that is opened; empty if there is none. A standby with other
     * settings is ended.
     */
    public Optional<StreamFeed> take(String stream, StreamSettings settings) {
        Standing taken;
        synchronized (this) {
            taken = all.remove(stream);
        }
        if (taken != null && !taken.settings().equals(settings)) {
            close(taken);
            return Optional.empty();
        }
        return Optional.ofNullable(taken).map(Standing::feed);
    }

    /** Ends the standby of a stream, if there is one. */
    public void end(String stream) {
        Standing ending;
        synchronized (this) {
            ending = all.remove(stream);
        }
        close(ending);
    }

    /**
     * Whether there is a standby of the stream that has received everything for so long that there is no gap if it is taken
     * now, provided that memory has sufficed.
     */
    public boolean isComplete(String stream, Instant now) {
        Standing standing;
        synchronized (this) {
            standing = all.get(stream);
        }
        return standing != null
                && standing.feed().isComplete(now, standing.settings().silenceLimit());
    }

    /** The present standbys. */
    public List<StandbyStatus> statuses() {
        List<StandbyStatus> statuses = new ArrayList<>();
        synchronized (this) {
            all.forEach((stream, standing) -> statuses.add(standing.feed().status(stream)));
        }
        return statuses;
    }

    private static void close(@Nullable Standing standing) {
        if (standing != null) {
            standing.feed().close();
        }
    }

    /** Ends all standbys, and begins none any more. */
    @Override
    public void close() {
        List<Standing> ending;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(all.values());
            all.clear();
        }
        ending.forEach(Standbys::close);
    }
}
