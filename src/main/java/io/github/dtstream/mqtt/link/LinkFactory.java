package io.github.dtstream.mqtt.link;

/** Makes links; thread-safe. */
@FunctionalInterface
public interface LinkFactory {
    /**
     * Makes a link that is not open yet. Reads keys and trusted certificates again.
     *
     * @throws RuntimeException if that is not possible now; the message says why
     */
    Link create(ConnectOptions terms, Link.Listener listener);
}
