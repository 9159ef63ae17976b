package io.github.dtstream.mqtt.connection;

import io.github.dtstream.mqtt.message.Completion;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.PublishBatch;
import io.github.dtstream.mqtt.message.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a connection without a result, in the order of publishing: those that wait, and those that were sent.
 * Not thread-safe: guarded by the lock of its connection.
 */
final class Outbox {
    private final Deque<Publication> waiting = new ArrayDeque<>();
    private final Set<Publication> inflight = new LinkedHashSet<>();
    private final Set<PublishBatch> batches = new LinkedHashSet<>();

    /** The message that was sent before the oldest waiting one. */
    private @Nullable Publication ahead;

    void add(PublishBatch batch) {
        batches.add(batch);
        waiting.addAll(batch.publications());
    }

    int size() {
        return waiting.size() + inflight.size();
    }

    int waiting() {
        return waiting.size();
    }

    int inflight() {
        return inflight.size();
    }

    boolean isInflight(Publication publication) {
        return inflight.contains(publication);
    }

    /** The messages in flight of batches, oldest first. */
    List<Publication> inflightOfBatches() {
        return inflight.stream().filter(Outbox::isWanted).toList();
    }

    /** The batches that are not completed, oldest first. */
    List<PublishBatch> batches() {
        return List.copyOf(batches);
    }

    boolean hasBatchOf(Object owner) {
        return batches.stream().anyMatch(batch -> batch.owner() == owner);
    }

    /** Removes and returns the oldest waiting message. */
    @Nullable
    Publication next() {
        return waiting.poll();
    }

    /** The oldest waiting message, without removing it. */
    @Nullable
    Publication first() {
        return waiting.peek();
    }

    /**
     * Removes and returns another message than the oldest waiting one: the next for another topic, as the order matters
     * within a topic, or else the next one. Null if there is no other.
     */
    @Nullable
    Publication nextAhead() {
        Publication first = waiting.peek();
        Publication found = null;
        for (Publication candidate : waiting) {
            boolean otherTopic = first != null && !candidate.topic().equals(first.topic());
            if (otherTopic || (found == null && candidate != first)) {
                found = candidate;
            }
            if (otherTopic) {
                break;
            }
        }
        if (found == null) {
            return null;
        }
        waiting.remove(found);
        ahead = found;
        return found;
    }

    /** The message in flight that was sent first; null if there is none. */
    @Nullable
    Publication oldestInflight() {
        return inflight.isEmpty() ? null : inflight.iterator().next();
    }

    /** Moves the message to those in flight. */
    void sent(Publication publication) {
        inflight.add(publication);
    }

    /** @return the completion to run if this was the last message of its batch */
    List<Completion> settle(Publication publication, @Nullable Refusal refusal) {
        PublishBatch batch = publication.batch();
        if (!inflight.remove(publication) || batch == null || batch.isDone() || !batch.settled(publication, refusal)) {
            return List.of();
        }
        batches.remove(batch);
        return List.of(batch.finish());
    }

    /**
     * Moves the messages in flight back before the waiting ones, in their old order. Drops those whose batch is
     * completed.
     */
    void takeBack() {
        List<Publication> back = new ArrayList<>(inflightOfBatches());
        inflight.clear();
        Publication overtaker = ahead;
        ahead = null;
        boolean isOvertakerBack = overtaker != null && back.remove(overtaker);
        for (int i = back.size() - 1; i >= 0; i--) {
            waiting.addFirst(back.get(i));
        }
        if (overtaker != null && isOvertakerBack) {
            Publication first = waiting.poll();
            waiting.addFirst(overtaker);
            if (first != null) {
                waiting.addFirst(first);
            }
        }
    }

    /** Fails batches with messages that have no result; returns the completions to run. */
    List<Completion> abandon(Predicate<PublishBatch> which, String why, @Nullable String lastError) {
        List<PublishBatch> abandoned = batches.stream().filter(which).toList();
        if (abandoned.isEmpty()) {
            return List.of();
        }
        String reason = lastError == null ? why : why + " (last error of the connection: " + lastError + ")";
        List<Completion> completions = new ArrayList<>();
        abandoned.forEach(batch -> completions.add(batch.abandon(reason)));
        batches.removeIf(PublishBatch::isDone);
        waiting.removeIf(publication -> !isWanted(publication));
        return completions;
    }

    /** Whether the message's result is still waited for. */
    static boolean isWanted(Publication publication) {
        PublishBatch batch = publication.batch();
        return batch != null && !batch.isDone();
    }
}
