package io.github.dtstream.cluster.kafka;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which group of routers a node belongs to.
 *
 * @param client what every client is told, as Kafka names it: {@code bootstrap.servers}, security
 * @param group the consumer group's name, of {@code A-Z a-z 0-9 . _ -}; its topic is {@code GROUP.holders}
 * @param node what this node is called, of the same letters; no two of a group are called the same
 * @param replication on how many brokers that topic is
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
            throw new IllegalArgumentException("the " + what + "'s name '" + name
                    + "' has others than the letters A-Z a-z 0-9 . _ -, or more than 200");
        }
    }
}
