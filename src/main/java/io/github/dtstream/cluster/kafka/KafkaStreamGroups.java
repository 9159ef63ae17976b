package io.github.dtstream.cluster.kafka;

import io.github.dtstream.cluster.StreamGroup;
import io.github.dtstream.cluster.StreamGroups;
import io.github.dtstream.cluster.StreamListener;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;

/** A group in a Kafka. It is made by reflection, as Kafka's clients are not in the jar. */
public final class KafkaStreamGroups implements StreamGroups {
    private final GroupSettings settings;
    private final Clock clock;
    private final Supervisor supervisor;

    /**
     * @param client what every client is told, as Kafka names it: {@code bootstrap.servers}, security
     * @param group the consumer group's name
     * @param node what this node is called in it
     * @param replication on how many brokers the group's topics are
     * @param supervisor makes the group's thread
     */
    public KafkaStreamGroups(
            Map<String, String> client,
            String group,
            String node,
            int replication,
            Clock clock,
            Supervisor supervisor) {
        settings = new GroupSettings(client, group, node, (short) replication);
        this.clock = clock;
        this.supervisor = supervisor;
    }

    @Override
    public StreamGroup join(StreamListener listener) throws IOException {
        try {
            return KafkaStreamGroup.join(settings, listener, clock, Ticker.SYSTEM, Sleeper.SYSTEM, supervisor);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the group " + settings.group() + " was joined", e);
        }
    }
}
