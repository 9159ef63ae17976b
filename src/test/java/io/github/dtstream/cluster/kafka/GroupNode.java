package io.github.dtstream.cluster.kafka;

import io.github.dtstream.cluster.StreamGroup;
import io.github.dtstream.cluster.StreamListener;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Set;

/** A node as a separate process. It prints what its listener receives, and obeys orders from standard input. */
final class GroupNode {
    /** The prefix of its lines, which log lines do not have. */
    static final String SAYS = "> ";

    private GroupNode() {}

    /** @param arguments address of the brokers, group, node, streams with commas between them, and a word if it is not ready for them */
    public static void main(String[] arguments) throws Exception {
        GroupSettings settings =
                new GroupSettings(Map.of("bootstrap.servers", arguments[0]), arguments[1], arguments[2], (short) 1);
        try (StreamGroup group = KafkaStreamGroup.join(
                        settings,
                        new Speaker(),
                        Clock.systemUTC(),
                        Ticker.SYSTEM,
                        Sleeper.SYSTEM,
                        Supervisor.system());
                BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String stream : arguments[3].split(",")) {
                group.want(stream);
                if (arguments.length == 4) {
                    group.ready(stream);
                }
            }
            say("joined");
            String order = orders.readLine();
            while (order != null && !order.equals("close")) {
                obey(group, order.split(" ", 3));
                order = orders.readLine();
            }
        }
        say("left");
    }

    private static void obey(StreamGroup group, String[] order) {
        if (order[0].equals("ready")) {
            group.ready(order[1]);
        } else if (order[0].equals("release")) {
            group.release(order[1], order[2]);
        } else {
            group.holdings()
                    .forEach(one -> say("holding " + one.stream() + " " + one.node() + " "
                            + (one.since() == null ? "unknown" : "known") + " " + one.why()));
            say("that is all");
        }
    }

    private static synchronized void say(String line) {
        System.out.println(SAYS + line);
    }

    private static final class Speaker implements StreamListener {
        @Override
        public void assigned(Set<String> streams) {
            say("assigned " + String.join(",", streams));
        }

        @Override
        public void revoked(Set<String> streams) {
            say("revoked " + String.join(",", streams));
        }

        @Override
        public void lost(Set<String> streams) {
            say("lost " + String.join(",", streams));
        }
    }
}
