package io.github.dtstream.web;

import java.time.Duration;

/**
 * The limits of the server for its clients.
 *
 * @param connections how many may be open; one more closes the one that has been idle longest
 * @param viewers how many viewers of server-sent events there may be
 * @param passwords how many passwords may wait to be checked
 * @param longestBody the limit for the body of a request to one of our own resources, in bytes
 * @param head how long a connection may take for a whole request head, from its begin or from the last answer
 * @param body how long a request may take for its body
 * @param stall how long a viewer, or the client of a streamed answer, may receive nothing
 * @param comment after how much silence a viewer is sent a comment
 */
record WebLimits(
        int connections,
        int viewers,
        int passwords,
        int longestBody,
        Duration head,
        Duration body,
        Duration stall,
        Duration comment) {
    /** The limits of a router. */
    static WebLimits usual() {
        return new WebLimits(
                128,
                16,
                8,
                64 * 1024,
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                Duration.ofSeconds(10));
    }
}
