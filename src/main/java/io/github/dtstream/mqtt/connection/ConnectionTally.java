package io.github.dtstream.mqtt.connection;

import io.github.dtstream.mqtt.link.MqttSettings;
import io.github.dtstream.time.SteadyClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The counters of a connection, and the data of its status. Not thread-safe: guarded by the lock of its connection. */
final class ConnectionTally {
    private final Clock clock;
    /** The time for durations, as {@link #clock} may be corrected by hours. */
    private final SteadyClock steady;

    private boolean connected;
    private Instant since;
    private long acknowledged;
    private long acknowledgedBefore;
    private long refused;
    private long connects;
    private @Nullable String lastError;
    private @Nullable String restriction;
    private long lastAcknowledgedMillis = -1;

    ConnectionTally(Clock clock, SteadyClock steady) {
        this.clock = clock;
        this.steady = steady;
        this.since = steady.instant();
    }

    void connected() {
        connected = true;
        since = steady.instant();
        connects++;
        acknowledgedBefore = acknowledged + refused;
    }

    void disconnected() {
        if (connected) {
            connected = false;
            since = steady.instant();
        }
    }

    void error(String reason) {
        lastError = reason;
    }

    /** @param text what the broker does not accept; null for nothing */
    void restriction(@Nullable String text) {
        restriction = text;
    }

    void acknowledged() {
        acknowledged++;
        lastAcknowledgedMillis = clock.millis();
    }

    void refused() {
        refused++;
    }

    boolean isConnected() {
        return connected;
    }

    @Nullable
    String lastError() {
        return lastError;
    }

    /** Whether a message was acknowledged or refused since the last connect. */
    boolean hasProgressed() {
        return acknowledged + refused > acknowledgedBefore;
    }

    /** How long the broker has been unreachable; null if no attempt was made before. */
    @Nullable
    Duration away() {
        return lastError == null ? null : lasted();
    }

    /** How long the present state, connected or not, has lasted. */
    Duration lasted() {
        return Duration.between(since, steady.instant());
    }

    MqttStatus status(MqttSettings settings, int inflight, int waiting, AcknowledgementTimeout silence) {
        return new MqttStatus(
                connected,
                steady.shown(since),
                settings.broker().toString(),
                settings.clientId(),
                inflight,
                waiting,
                acknowledged,
                refused,
                Math.max(0, connects - 1),
                lastError,
                lastAcknowledgedMillis < 0 ? null : Instant.ofEpochMilli(lastAcknowledgedMillis),
                silence.told(),
                !silence.isLasting(),
                restriction);
    }
}
