package io.github.dtstream.mqtt;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds the message that makes a broker close the connection, as brokers do that have no other way to refuse it. Such a
 * message would otherwise be sent first on each new connection, for ever.
 *
 * <p>When connections in a row end without a single acknowledgement, messages are sent one at a time; the one that is
 * out when the connection ends again and again is the culprit. It is refused only if the broker has accepted something
 * else on those very connections: an outage alone never costs a message. Not thread-safe: guarded by the lock of its
 * connection.
 */
final class Suspicion {
    /** So many barren connections in a row, then messages go one at a time. */
    private static final int BARREN_MAX = 2;

    /** So often one message may be the only one that was out when the connection ended. */
    private static final int STRIKES_MAX = 3;

    /** A connection that lasts longer was not ended by what was sent at its beginning. */
    private static final Duration SHORT = Duration.ofSeconds(5);

    private int barren;
    private @Nullable Publication suspect;
    private int strikes;

    /** How many messages may be out. */
    int window(int usual) {
        return barren >= BARREN_MAX ? 1 : usual;
    }

    /** The broker has an outcome for a message: it is sound. */
    void clear() {
        barren = 0;
        suspect = null;
        strikes = 0;
    }

    /**
     * A connection has ended on which no message had an outcome.
     *
     * @param lasted how long it was there
     * @param proven whether the broker acknowledged something of this side's own on it
     * @param out the message that was out longest
     * @param alone whether it was the only one
     * @return the refusal of {@code out} if it is the culprit
     */
    @Nullable
    Refusal ended(Duration lasted, boolean proven, Publication out, boolean alone, String reason) {
        if (lasted.compareTo(SHORT) > 0) {
            clear();
            return null;
        }
        barren++;
        if (!alone || !proven) {
            return null;
        }
        strikes = out == suspect ? strikes + 1 : 1;
        suspect = out;
        if (strikes < STRIKES_MAX) {
            return null;
        }
        clear();
        return out.refusal(
                0,
                "the connection ended each of the " + STRIKES_MAX + " times that this message alone was sent (" + reason
                        + "), while the broker took others",
                true);
    }
}
