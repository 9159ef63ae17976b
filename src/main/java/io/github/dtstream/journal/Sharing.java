package io.github.dtstream.journal;

/**
 * How a process takes part in a {@link SharedSubscription}.
 *
 * @param subscriber the subscriber's name, {@code [A-Za-z0-9_-]}, at most 64 characters
 * @param start where a new subscriber begins
 * @param node this process's name among those that share the subscriber
 * @param batch how many records that were committed may wait, with those in progress, until the commit is durable
 */
public record Sharing(String subscriber, Journal.Start start, String node, int batch) {}
