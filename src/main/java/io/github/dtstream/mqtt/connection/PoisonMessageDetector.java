package io.github.dtstream.mqtt.connection;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.github.dtstream.mqtt.link.Link.LinkEnd;
import io.github.dtstream.mqtt.link.Link.LinkEnd.Blame;
import io.github.dtstream.mqtt.link.Refusals;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the message that makes a broker close the connection, as brokers do that have no other way to refuse it. Such a
 * message would otherwise be sent first on each new connection, for ever.
 *
 * <p>Where the broker says that a packet was too large, the messages that were out are sent one at a time; the one that is
 * out alone when the broker says it again is the culprit.
 *
 * <p>Where it says nothing, and connections in a row end without a single acknowledgement, messages are sent one at a time,
 * too. The one that is out when the connection ends again and again is suspected, and refused only if on those very
 * connections the broker has acknowledged a witness: a message that asks no less of it, QoS and retain alike. An outage, or
 * a limit of the broker, thus never costs a message. What this side says of its own presence is such a witness; where there
 * is none, another message is sent ahead of the suspect, or a {@link Probe} if there is no other.
 *
 * <p>Not thread-safe: guarded by the lock of its connection.
 */
final class PoisonMessageDetector {
    /** So many barren connections in a row, then messages go one at a time. */
    private static final int BARREN_MAX = 2;

    /** So often one message may be the only one that was out when the connection ended. */
    private static final int STRIKES_MAX = 3;

    /** A connection that lasts longer was not ended by what was sent at its beginning. */
    private static final Duration SHORT = Duration.ofSeconds(5);

    private static final int UNLIMITED = Integer.MAX_VALUE;

    private int limit = UNLIMITED;
    private int barren;
    private @Nullable Publication suspect;
    private @Nullable Publication told;
    private int strikes;
    private int provenStrikes;

    /** What the broker acknowledged on the present link, other than the suspect. */
    private @Nullable Publication witness;

    /** How many messages may be out. */
    int window(int usual) {
        return Math.min(usual, limit);
    }

    /** A link begins. */
    void begin() {
        witness = null;
    }

    /** Whether another message is to be sent ahead of the one that has waited longest, which is suspected. */
    boolean wantsWitness() {
        return isStrong() && !isWitnessed();
    }

    /** Forgets a suspect that nobody waits for any more: it is not sent again. */
    void keepOnly(Predicate<Publication> wanted) {
        if (suspect != null && !wanted.test(suspect)) {
            forget();
        }
    }

    /** What this side sent on its own account was acknowledged: it may be a witness. */
    void answeredOwn(Publication own) {
        witness = own;
    }

    /** A message has had its outcome: it is sound, or refused by a word of the broker. */
    void settled(Publication publication) {
        if (isStrong() && publication != suspect) {
            witness = publication;
            return;
        }
        barren = 0;
        forget();
        // one by one to begin with, then twice as many each time: there may be another culprit among what waits
        limit = limit > UNLIMITED / 2 ? UNLIMITED : limit * 2;
    }

    /**
     * A link has ended.
     *
     * @param lasted how long it was there
     * @param progressed whether a message had an outcome on it
     * @param out the messages without an outcome, oldest first
     * @param ownOut whether something that this side sent on its own account has no outcome, either
     * @return the refusal of the only one if it is the culprit
     */
    @Nullable
    Refusal ended(Duration lasted, boolean progressed, List<Publication> out, boolean ownOut, LinkEnd end) {
        if (out.isEmpty() || end.blame() == Blame.NONE) {
            return null;
        }
        Publication alone = out.size() == 1 ? out.get(0) : null;
        if (end.blame() == Blame.TOO_LARGE) {
            limit = 1;
            return alone == null || ownOut
                    ? null
                    : convict(alone, Refusals.PACKET_TOO_LARGE, "it is too large: " + end.reason());
        }
        if (lasted.compareTo(SHORT) > 0) {
            barren = 0;
            forget();
            return null;
        }
        return progressed && alone != suspect ? null : strike(alone, end);
    }

    private @Nullable Refusal strike(@Nullable Publication alone, LinkEnd end) {
        barren++;
        if (barren >= BARREN_MAX) {
            limit = 1;
        }
        if (alone == null || (isStrong() && alone != suspect)) {
            return null;
        }
        if (alone != suspect) {
            forget();
            suspect = alone;
        }
        strikes++;
        if (!isWitnessed() || ++provenStrikes < STRIKES_MAX) {
            return null;
        }
        return convict(
                alone,
                0,
                "the connection ended each of the " + STRIKES_MAX + " times that this message alone was sent ("
                        + end.reason() + "), while the broker took others");
    }

    /** The message that only a witness is missing against, if that is news; else null. */
    @Nullable
    Publication newSuspect() {
        boolean isNews = strikes == STRIKES_MAX && provenStrikes == 0 && told != suspect;
        told = isNews ? suspect : told;
        return isNews ? suspect : null;
    }

    private Refusal convict(Publication culprit, int code, String reason) {
        barren = 0;
        forget();
        return culprit.refusal(code, reason, true);
    }

    private void forget() {
        suspect = null;
        strikes = 0;
        provenStrikes = 0;
    }

    private boolean isStrong() {
        return suspect != null && strikes >= STRIKES_MAX;
    }

    private boolean isWitnessed() {
        return suspect != null
                && witness != null
                && witness.qos() != MqttQos.AT_MOST_ONCE
                && witness.qos().getCode() >= suspect.qos().getCode()
                && (witness.retained() || !suspect.retained());
    }
}
