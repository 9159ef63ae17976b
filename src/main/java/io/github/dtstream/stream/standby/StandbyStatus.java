package io.github.dtstream.stream.standby;

import io.github.dtstream.session.SessionState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A hot standby of a stream that another router holds. Immutable.
 *
 * @param stream {@code PROJECT/STREAM}
 * @param state the state of its session with the cloud
 * @param completeSince since when it has everything that the cloud sent; null while it does not receive
 * @param records how many events and pings it keeps
 * @param bytes how much memory they take
 */
public record StandbyStatus(
        String stream, SessionState state, @Nullable Instant completeSince, int records, long bytes) {}
