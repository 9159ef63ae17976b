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
 * Finds the message because of which a broker closes the connection; some brokers have no other way to refuse a
 * message. Such a message would otherwise be sent first on each new connection, for ever.
 *
 * <p>If the broker says that a packet was too large, the messages that were in flight are sent one at a time. The one
 * that is alone in flight when the broker says it again is the culprit.
 *
 * <p>If the broker gives no reason, and connections in a row end without any acknowledgement, messages are sent one at
 * a time, too. A message that is in flight alone at several ends is the suspect. It is refused only if on these same
 * connections the broker acknowledged a witness: a message with at least the suspect's QoS, and retained if the suspect
 * is. So an outage, or a limit of the broker, never costs a message. The client's message about its own presence can be
 * a witness. If there is none, another message is sent before the suspect, or a {@link Probe} if there is no other.
 *
 * <p>Not thread-safe: guarded by the lock of its connection.
 */
final class PoisonMessageDetector {
    /** After this many connections in a row without an acknowledgement, messages are sent one at a time. */
    private static final int BARREN_MAX = 2;

    /** How often a message may be the only one in flight at the end of a connection. */
    private static final int STRIKES_MAX = 3;

    /** If a connection lasts longer than this, the messages at its beginning did not end it. */
    private static final Duration SHORT = Duration.ofSeconds(5);

    private static final int UNLIMITED = Integer.MAX_VALUE;

    private int limit = UNLIMITED;
    private int barren;
    private @Nullable Publication suspect;
    private @Nullable Publication told;
    private int strikes;
    private int provenStrikes;

    /** The message that the broker acknowledged on the present link, other than the suspect. */
    private @Nullable Publication witness;

    /** How many messages may be in flight. */
    int window(int usual) {
        return Math.min(usual, limit);
    }

    /** A new link begins. */
    void begin() {
        witness = null;
    }

    /** Whether another message must be sent before the oldest waiting one, which is the suspect. */
    boolean wantsWitness() {
        return isStrong() && !isWitnessed();
    }

    /** Drops a suspect whose batch is completed, as it is not sent again. */
    void keepOnly(Predicate<Publication> wanted) {
        if (suspect != null && !wanted.test(suspect)) {
            forget();
        }
    }

    /** The broker acknowledged a message of the connection itself, which may be a witness. */
    void answeredOwn(Publication own) {
        witness = own;
    }

    /** The broker accepted the message, or refused it explicitly. */
    void settled(Publication publication) {
        if (isStrong() && publication != suspect) {
            witness = publication;
            return;
        }
        barren = 0;
        forget();
        // At first one message at a time, then twice as many after each: there may be another culprit among the waiting
        // messages.
        limit = limit > UNLIMITED / 2 ? UNLIMITED : limit * 2;
    }

    /**
     * A link has ended.
     *
     * @param lasted the link's duration
     * @param progressed whether a message was acknowledged or refused on it
     * @param out the messages in flight, oldest first
     * @param ownOut whether a message of the connection itself is also in flight
     * @return the refusal of the only message in flight if it is the culprit; else null
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

    /** The suspect if it is new and only the witness is missing; else null. */
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
