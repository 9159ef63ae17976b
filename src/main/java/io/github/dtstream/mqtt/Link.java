package io.github.dtstream.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * One network connection to the broker, used once: it is opened, perhaps connects, and ends. It keeps nothing beyond
 * its end; what was not acknowledged by then is its listener's to send again on the next one.
 */
interface Link {

    /** Told of everything by the link's own thread, in the order in which it happens. */
    interface Listener {
        /**
         * The broker has accepted the connection.
         *
         * @param window how many messages there may be without an outcome
         */
        void connected(Link link, int window);

        /**
         * The broker has taken the message (at QoS 0: it was written); or it, or this side on its behalf, has refused
         * it. The link goes on.
         *
         * @param refusal null if the message was taken
         */
        void settled(Link link, Publication publication, @Nullable Refusal refusal);

        /**
         * The HiveMQ client is done with the message. One whose connection has ended, or is about to, is not settled.
         *
         * @param error null if there was none
         */
        default void published(Link link, Publication publication, @Nullable Throwable error) {
            Refusal refusal = error == null ? null : Refusals.of(publication, error);
            if (error == null || refusal != null) {
                settled(link, publication, refusal);
            }
        }

        /** The link has ended, or could not be opened; nothing follows. */
        void closed(Link link, LinkEnd end);
    }

    /** Begins to connect; returns at once. */
    void open();

    /**
     * Publishes a message after those handed over before it. Calls must not overlap. Does not block as long as there
     * are no more messages without an outcome than the window.
     */
    void send(Publication publication);

    /** Takes leave of the broker, which then does not publish the will; returns at once. */
    void disconnect();

    /**
     * How a link ended.
     *
     * @param kind what it means for the next attempt
     * @param reason a sentence without secrets
     */
    record LinkEnd(Kind kind, String reason) {
        enum Kind {
            /** The network or the broker failed, or was not there. */
            LOST,
            /** The broker does not accept this client: credentials, client identifier, ban. */
            NOT_ADMITTED,
            /** Another client has connected with the same identifier. */
            TAKEN_OVER
        }
    }
}
