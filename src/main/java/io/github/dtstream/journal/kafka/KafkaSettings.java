package io.github.dtstream.journal.kafka;

import java.util.Map;

/**
 * Where a journal's topics are.
 *
 * @param client what every client is told, as Kafka names it: {@code bootstrap.servers}, security
 * @param name of the journal, of {@code A-Z a-z 0-9 . _ -}: the topics are {@code NAME.events} and {@code NAME.state}
 * @param partitions over how many the events are spread; of a topic that is there already, its own count
 * @param replication on how many brokers each record is; all but one of them have it before it counts, two at most
 */
public record KafkaSettings(Map<String, String> client, String name, int partitions, short replication) {
    public KafkaSettings {
        client = Map.copyOf(client);
    }

    /** Where Kafka is, for messages. */
    String servers() {
        return client.getOrDefault("bootstrap.servers", "");
    }

    /** Without what clients are told, as that may be secret. */
    @Override
    public String toString() {
        return "KafkaSettings[" + name + " at " + servers() + "]";
    }
}
