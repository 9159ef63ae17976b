package io.github.dtstream.journal.kafka;

import java.util.Map;

/**
 * The Kafka and the topics of a journal.
 *
 * @param client the options of every Kafka client, by Kafka's names: {@code bootstrap.servers}, security
 * @param name the journal's name, of {@code A-Z a-z 0-9 . _ -}; the topics are {@code NAME.events} and {@code NAME.state}
 * @param partitions the number of partitions of a new topic of events; an existing topic keeps its own
 * @param replication the number of brokers that keep a copy of each record; at least one fewer, but not more than two,
 *     must have it before it counts
 */
public record KafkaSettings(Map<String, String> client, String name, int partitions, short replication) {
    public KafkaSettings {
        client = Map.copyOf(client);
    }

    /** The addresses of Kafka's brokers, for messages. */
    String servers() {
        return client.getOrDefault("bootstrap.servers", "");
    }

    /** Without the clients' options, which may be secret. */
    @Override
    public String toString() {
        return "KafkaSettings[" + name + " at " + servers() + "]";
    }
}
