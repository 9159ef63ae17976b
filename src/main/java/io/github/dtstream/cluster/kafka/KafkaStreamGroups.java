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

/** Joins a consumer group of Kafka. It is created by reflection, because Kafka's clients are not in the jar. */
public final class KafkaStreamGroups implements StreamGroups {
    private final GroupSettings settings;
    private final boolean hot;
    private final Clock clock;
    private final Supervisor supervisor;

    /**
     * @param client the options of every Kafka client, by Kafka's names: {@code bootstrap.servers}, security
     * @param group the consumer group's name
     * @param node this node's name in the group
     * @param replication the number of brokers that keep a copy of the group's topics
     * @param hot whether this node keeps a connection of its own for each stream that another node holds
     * @param supervisor creates the group's thread
     */
    public KafkaStreamGroups(
            Map<String, String> client,
            String group,
            String node,
            int replication,
            boolean hot,
            Clock clock,
            Supervisor supervisor) {
        settings = new GroupSettings(client, group, node, (short) replication);
        this.hot = hot;
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

    @Override
    public boolean standsByHot() {
        return hot;
    }
}
