package io.github.dtstream.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The records of a journal's topic that count, by number.
 *
 * @param entries in the order of their numbers
 * @param differences what is wrong with their places: within a partition, numbers grow
 * @param notCounting how many records are in the topic without counting: their transaction was aborted
 */
record TopicContents(List<Entry> entries, List<String> differences, long notCounting) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHOWN = 10;

    /** @param device empty for a ping */
    record Entry(long number, boolean isLive, String device, String eventId) {
        boolean isPing() {
            return device.isEmpty();
        }
    }

    /** Reads the whole topic. */
    static TopicContents read(String bootstrap, String topic) throws IOException {
        List<Entry> entries = new ArrayList<>();
        List<String> differences = new ArrayList<>();
        Map<Integer, Long> latest = new HashMap<>();
        for (ConsumerRecord<String, String> record : records(bootstrap, topic, "read_committed")) {
            Entry entry = entry(record.value());
            Long before = latest.put(record.partition(), entry.number());
            if (before != null && before >= entry.number()) {
                differences.add(topic + ": number " + entry.number() + " behind number " + before + " in partition "
                        + record.partition());
            }
            entries.add(entry);
        }
        entries.sort(Comparator.comparingLong(Entry::number));
        long all = records(bootstrap, topic, "read_uncommitted").size();
        return new TopicContents(List.copyOf(entries), List.copyOf(differences), all - entries.size());
    }

    private static Entry entry(String line) throws IOException {
        JsonNode json = JSON.readTree(line);
        JsonNode event = json.path("event");
        String target = event.path("targetName").asText();
        boolean isPing = event.path("eventType").asText().equals("ping");
        return new Entry(
                json.path("sequence").asLong(),
                json.path("source").asText().equals("live"),
                isPing ? "" : target.substring(target.lastIndexOf('/') + 1),
                event.path("eventId").asText());
    }

    /** The records of a topic, each partition's in order. */
    static List<ConsumerRecord<String, String>> records(String bootstrap, String topic, String isolation) {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "isolation.level", isolation),
                new StringDeserializer(),
                new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(of -> new TopicPartition(of.topic(), of.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    /**
     * What is wrong with the records: numbers are 1, 2, 3, … without holes, each event is there once and no other, and
     * the live events of a device are in the order in which the cloud sent them. (Events from history come when a gap is
     * filled, so they are behind live events that are newer.)
     */
    List<String> differences(Oracle oracle) {
        List<String> found = new ArrayList<>(differences);
        Set<String> seen = new HashSet<>();
        Map<String, Long> sent = new HashMap<>();
        long expected = 1;
        for (Entry entry : entries) {
            if (entry.number() != expected) {
                found.add("number " + entry.number() + " where number " + expected + " should be");
            }
            expected = entry.number() + 1;
            if (!seen.add(entry.eventId())) {
                found.add("twice in the topic: " + entry);
            }
            Oracle.Produced produced = oracle.events().get(entry.eventId());
            if (entry.isPing()) {
                continue;
            }
            if (produced == null) {
                found.add("nobody sent " + entry);
            } else if (entry.isLive()) {
                Long before = sent.put(entry.device(), produced.sequence());
                if (before != null && before > produced.sequence()) {
                    found.add(entry + " was sent before the live event that precedes it");
                }
            }
        }
        oracle.events().keySet().stream()
                .filter(identifier -> !seen.contains(identifier))
                .forEach(identifier -> found.add("not in the topic: " + identifier));
        return found.size() > SHOWN ? found.subList(0, SHOWN) : found;
    }

    /** Where the sink got events of a device in another order than the topic's numbers, in words. */
    List<String> disorder(List<String> firstDeliveries) {
        Map<String, Entry> byIdentifier = new HashMap<>();
        entries.forEach(entry -> byIdentifier.put(entry.eventId(), entry));
        Map<String, Entry> latest = new HashMap<>();
        List<String> found = new ArrayList<>();
        for (String identifier : firstDeliveries) {
            Entry entry = byIdentifier.get(identifier);
            if (entry == null) {
                found.add("delivered, but not in the topic: " + identifier);
                continue;
            }
            Entry before = latest.put(entry.device(), entry);
            if (before != null && before.number() > entry.number()) {
                found.add("delivered " + entry + " after " + before);
            }
        }
        return found.size() > SHOWN ? found.subList(0, SHOWN) : found;
    }

    /** How many events from history are behind a live event of the same device that was sent later. */
    long lateFromHistory(Oracle oracle) {
        Map<String, Long> newest = new HashMap<>();
        long late = 0;
        for (Entry entry : entries) {
            Oracle.Produced produced = oracle.events().get(entry.eventId());
            if (produced == null) {
                continue;
            }
            if (entry.isLive()) {
                newest.merge(entry.device(), produced.sequence(), Math::max);
            } else if (newest.getOrDefault(entry.device(), -1L) > produced.sequence()) {
                late++;
            }
        }
        return late;
    }
}
