package io.github.dtstream.mqtt.link;

import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * One network connection to the broker, used once: it is opened, perhaps connects, and ends. It keeps nothing after its
 * end; the listener sends unacknowledged messages again on the next link.
 */
public interface Link {

    /** Gets the events of a link, by the link's own thread, in order. */
    interface Listener {
        /** The broker has accepted the connection, with its limits. */
        void connected(Link link, BrokerLimits limits);

        /**
         * The broker has accepted the message (at QoS 0: it was written), or the broker or the client has refused it.
         * The link continues.
         *
         * @param refusal null if the message was accepted
         */
        void settled(Link link, Publication publication, @Nullable Refusal refusal);

        /** The broker has answered whether this client may subscribe to the topic. */
        void watching(Link link, boolean allowed);

        /** A message was published on the subscribed topic. */
        void heard(Link link, String payload);

        /** The link has ended, or could not be opened; no more calls follow. */
        void closed(Link link, LinkEnd end);
    }

    /** Starts to connect; returns at once. */
    void open();

    /**
     * Publishes a message after all earlier ones, with a quality of service and retain flag within the limits. Calls
     * must not overlap. Does not block while at most a window of messages is in flight.
     */
    void send(Publication publication, BrokerLimits limits);

    /** Subscribes to a topic. */
    void watch(String topic);

    /** Sends DISCONNECT, so that the broker does not publish the will; returns at once. */
    void disconnect();

    /** Closes the network connection without DISCONNECT, whatever its state; returns at once. */
    void abandon();

    /**
     * How a link ended.
     *
     * @param kind determines the next attempt
     * @param blame whether a message may be the cause
     * @param reason a sentence without secrets
     */
    record LinkEnd(Kind kind, Blame blame, String reason) {
        public LinkEnd(Kind kind, String reason) {
            this(kind, Blame.NONE, reason);
        }

        public enum Kind {
            /** The network or the broker failed, or was unreachable. */
            LOST,
            /** The broker does not accept this client: credentials, client identifier, ban. */
            NOT_ADMITTED,
            /** Another client has connected with the same client identifier. */
            TAKEN_OVER,
            /** The broker closed the connection after CONNECT, or its answer is not valid in this version. */
            UNANSWERED,
            /** The broker does not support this version. */
            OTHER_VERSION,
            /** The broker does not accept such a quality of service. */
            NO_HIGHER_QOS,
            /** The broker does not retain messages. */
            NO_RETAIN,
            /** The broker was connected and did not acknowledge. */
            SILENT
        }

        public enum Blame {
            /** No message ended the link. */
            NONE,
            /** A message in flight may have ended the link. */
            PERHAPS,
            /** The broker said that a message in flight was too large. */
            TOO_LARGE
        }
    }
}
