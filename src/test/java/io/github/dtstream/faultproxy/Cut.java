package io.github.dtstream.faultproxy;

/** How a connection is ended. */
public enum Cut {
    /** In order: the peer reads to the end of what was sent, and then the end. */
    FIN,
    /** By a reset: the peer gets an error. */
    RST
}
