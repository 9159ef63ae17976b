package io.github.dtstream.journal.kafka;

import io.github.dtstream.event.Identifier;
import io.github.dtstream.journal.Journals.Kind;
import io.github.dtstream.journal.StoredJournals;
import io.github.dtstream.thread.Turns;
import io.github.dtstream.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The Kafka and the topics of a journal.
 *
 * @param client the options of every Kafka client, by Kafka's names: {@code bootstrap.servers}, security
 * @param name the journal's name, of {@code A-Z a-z 0-9 . _ -}; the topics are {@code NAME.events} and {@code NAME.state}
 * @param partitions the number of partitions of a new topic of events; an existing topic keeps its own
 * @param replication the number of brokers that keep a copy of each record; at least one fewer, but not more than two,
 *     must have it before it counts
 * @param producers counts the producers of all journals of this process in this Kafka, and lets their transactions take turns
 */
public record KafkaSettings(
        Map<String, String> client, String name, int partitions, short replication, Producers producers) {
    public KafkaSettings {
        client = Map.copyOf(client);
    }

    /** Those of the only journal in this process. */
    public KafkaSettings(Map<String, String> client, String name, int partitions, short replication) {
        this(client, name, partitions, replication, new Producers());
    }

    /**
     * Counts the open producers of one Kafka in this process, and lets only some of them have a transaction under way at a
     * time. Brokers refuse a producer while they end its transaction before, and it asks again after 20 ms at most. A hundred
     * producers that do so keep brokers that have become slow so busy that they stay slow. With few at a time, brokers have
     * ended the transaction before when the next one begins; and a stream that waits for its turn gathers more events for it.
     * Thread-safe.
     */
    static final class Producers {
        /** A transaction takes 5 to 20 ms, so these are a hundred and more in a second. */
        private static final int AT_A_TIME = 2;

        /** Longer than a transaction that does not wait for a broker. */
        private static final Duration COUNTED = Duration.ofMillis(500);

        /** Shorter than anybody waits for a transaction. */
        private static final Duration PATIENCE = Duration.ofSeconds(1);

        private final AtomicInteger open = new AtomicInteger();
        private final Turns turns = new Turns(AT_A_TIME, COUNTED, PATIENCE, Ticker.SYSTEM);

        /** Counts one more, and returns how many there are. */
        int opened() {
            return open.incrementAndGet();
        }

        void closed() {
            open.decrementAndGet();
        }

        /** For the transactions of these producers. */
        Turns turns() {
            return turns;
        }
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

    /**
     * The names of journals in one Kafka.
     *
     * @param client the options of every Kafka client, by Kafka's names: {@code bootstrap.servers}, security
     * @param prefix the beginning of the names of all topics and transactional identifiers
     * @param replication the number of brokers that keep a copy of each record
     * @param producers counts the producers of all journals
     */
    record Names(Map<String, String> client, String prefix, short replication, Producers producers) {
        private static final int EVENTS_PARTITIONS = 6;
        private static final int ALARMS_PARTITIONS = 1;
        private static final String ALARMS = ".alarms";

        Names {
            client = Map.copyOf(client);
        }

        Names(Map<String, String> client, String prefix, short replication) {
            this(client, prefix, replication, new Producers());
        }

        KafkaSettings settings(Kind kind, String stream) {
            return new KafkaSettings(
                    client,
                    name(kind, stream),
                    kind == Kind.EVENTS ? EVENTS_PARTITIONS : ALARMS_PARTITIONS,
                    replication,
                    producers);
        }

        /** The journal's name. Names of projects and streams have no dot. */
        String name(Kind kind, String stream) {
            return prefix + "." + stream.replace('/', '.').replace(':', '.') + (kind == Kind.EVENTS ? "" : ALARMS);
        }

        /** The addresses of Kafka's brokers, for messages. */
        String servers() {
            return client.getOrDefault("bootstrap.servers", "");
        }

        /** The journals of the component {@code dt-stream} that have all their topics. */
        List<StoredJournals.Name> in(Set<String> topics) {
            List<StoredJournals.Name> found = new ArrayList<>();
            String begin = prefix + ".";
            for (String topic : topics) {
                String[] parts = topic.startsWith(begin)
                        ? topic.substring(begin.length()).split("\\.", -1)
                        : new String[0];
                if (parts.length < 3 || !Identifier.isValid(parts[0]) || !Identifier.isName(parts[1])) {
                    continue;
                }
                String stream = parts[0] + "/" + parts[1];
                for (Kind kind : Kind.values()) {
                    String name = name(kind, stream);
                    if (topic.equals(Topics.ofState(name)) && topics.contains(Topics.ofEvents(name))) {
                        found.add(new StoredJournals.Name(kind, stream));
                    }
                }
            }
            found.sort(Comparator.comparing(StoredJournals.Name::stream).thenComparing(StoredJournals.Name::kind));
            return found;
        }

        /** Without the clients' options, which may be secret. */
        @Override
        public String toString() {
            return "Names[" + prefix + " at " + servers() + "]";
        }
    }
}
