package io.github.dtstream.faultproxy;

/** How a connection is ended. */
public enum Cut {
    /** In order: the peer reads everything that was sent, and then the end. */
    FIN,
    /** By a reset: the peer gets an error. */
    RST
}
