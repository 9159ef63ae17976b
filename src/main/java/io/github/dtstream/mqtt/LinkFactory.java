package io.github.dtstream.mqtt;

/** Makes links; thread-safe. */
@FunctionalInterface
interface LinkFactory {
    /** A link that is not open yet. */
    Link create(Link.Listener listener);
}
