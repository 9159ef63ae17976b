package io.github.dtstream.mqtt;

/** Makes links; thread-safe. */
@FunctionalInterface
interface LinkFactory {
    /**
     * A link that is not open yet. Reads keys and trusted certificates anew.
     *
     * @throws RuntimeException if that cannot be, now; the message says why
     */
    Link create(Terms terms, Link.Listener listener);
}
