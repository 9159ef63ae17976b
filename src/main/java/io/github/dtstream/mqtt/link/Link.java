package io.github.dtstream.mqtt.link;

import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * One network connection to the broker, used once: it is opened, perhaps connects, and ends. It keeps nothing beyond
 * its end; what was not acknowledged by then is its listener's to send again on the next one.
 */
public interface Link {

    /** Told of everything by the link's own thread, in the order in which it happens. */
    interface Listener {
        /** The broker has accepted the connection, with the limits that it tells of. */
        void connected(Link link, BrokerLimits limits);

        /**
         * The broker has taken the message (at QoS 0: it was written); or it, or this side on its behalf, has refused
         * it. The link goes on.
         *
         * @param refusal null if the message was taken
         */
        void settled(Link link, Publication publication, @Nullable Refusal refusal);

        /** The broker has answered whether this client may hear what is published on the topic that it watches. */
        void watching(Link link, boolean allowed);

        /** Something has been published on the topic that this client watches. */
        void heard(Link link, String payload);

        /** The link has ended, or could not be opened; nothing follows. */
        void closed(Link link, LinkEnd end);
    }

    /** Begins to connect; returns at once. */
    void open();

    /**
     * Publishes a message after those handed over before it, at the quality of service and retained as the limits say. Calls must not overlap. Does not block as long as there
     * are no more messages without an outcome than the window.
     */
    void send(Publication publication, BrokerLimits limits);

    /** Asks to hear what others publish on a topic. */
    void watch(String topic);

    /** Takes leave of the broker, which then does not publish the will; returns at once. */
    void disconnect();

    /** Lets go of the network without a word, however little of it still works; returns at once. */
    void abandon();

    /**
     * How a link ended.
     *
     * @param kind what it means for the next attempt
     * @param blame whether a message can have been the cause
     * @param reason a sentence without secrets
     */
    record LinkEnd(Kind kind, Blame blame, String reason) {
        public LinkEnd(Kind kind, String reason) {
            this(kind, Blame.NONE, reason);
        }

        public enum Kind {
            /** The network or the broker failed, or was not there. */
            LOST,
            /** The broker does not accept this client: credentials, client identifier, ban. */
            NOT_ADMITTED,
            /** Another client has connected with the same identifier. */
            TAKEN_OVER,
            /** The broker closed the connection upon CONNECT, or its answer is none in this version. */
            UNANSWERED,
            /** The broker says that it does not speak this version. */
            OTHER_VERSION,
            /** The broker says that it does not take so high a quality of service. */
            NO_HIGHER_QOS,
            /** The broker says that it retains nothing. */
            NO_RETAIN,
            /** The broker was connected and acknowledged nothing. */
            SILENT
        }

        public enum Blame {
            /** What ended the link is no message. */
            NONE,
            /** It may have been one of the messages in flight. */
            PERHAPS,
            /** One of the messages in flight was too large, says the broker. */
            TOO_LARGE
        }
    }
}
