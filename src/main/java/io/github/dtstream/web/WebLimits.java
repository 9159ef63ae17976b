package io.github.dtstream.web;

import java.time.Duration;

/**
 * How much of the server one who asks may take.
 *
 * @param connections at most; one more ends the one that has been idle for longest
 * @param viewers of server-sent events at most
 * @param passwords that wait to be looked at
 * @param longestBody bytes of a request to one of our own resources
 * @param head how long a connection may take for a whole request head, from its beginning or the last answer
 * @param body how long a request may take for its body, and where nothing of an answer is taken for as long, it is cut off
 * @param stall how long a viewer may take nothing
 * @param comment how often a viewer is sent a sign of life
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
    /** What is right for a router. */
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
