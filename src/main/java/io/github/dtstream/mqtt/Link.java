package io.github.dtstream.mqtt;

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

        /** The broker has taken the message; at QoS 0: it was written. */
        void acknowledged(Link link, Publication publication);

        /** The broker, or this side on its behalf, has refused the message. The link goes on. */
        void refused(Link link, Publication publication, Refusal refusal);

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
