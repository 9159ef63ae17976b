package io.github.dtstream.cluster.kafka;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * The group of a node.
 *
 * @param client the options of every Kafka client, by Kafka's names: {@code bootstrap.servers}, security
 * @param group the consumer group's name, of {@code A-Z a-z 0-9 . _ -}; the group's topic is {@code GROUP.holders}
 * @param node this node's name, of the same letters; unique in the group
 * @param replication the number of brokers that keep a copy of the group's topics
 */
public record GroupSettings(Map<String, String> client, String group, String node, short replication) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,200}");

    public GroupSettings {
        client = Map.copyOf(client);
        require(group, "group");
        require(node, "node");
    }

    private static void require(String name, String what) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the " + what + "'s name '" + name + "' must be 1 to 200 of the letters A-Z a-z 0-9 . _ -");
        }
    }
}
