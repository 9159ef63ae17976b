package io.github.dtstream.mqtt.link;

/** Makes links; thread-safe. */
@FunctionalInterface
public interface LinkFactory {
    /**
     * A link that is not open yet. Reads keys and trusted certificates anew.
     *
     * @throws RuntimeException if that cannot be, now; the message says why
     */
    Link create(ConnectOptions terms, Link.Listener listener);
}
