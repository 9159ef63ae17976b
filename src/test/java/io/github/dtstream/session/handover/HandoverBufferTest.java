package io.github.dtstream.session.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.event.Event;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.session.connection.RecordSink.Received;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class HandoverBufferTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final String JSON = "{}";

    private final RecordingSink sink = new RecordingSink();
    private final List<HandoverBuffer> due = new CopyOnWriteArrayList<>();
    private final HandoverBuffer buffer = buffer(true);

    private HandoverBuffer buffer(boolean sameFilters) {
        return buffer(sameFilters, new MemoryBudget(64 << 20));
    }

    private HandoverBuffer buffer(boolean sameFilters, MemoryBudget memory) {
        return new HandoverBuffer(new SerializedSink(sink), sameFilters, due::add, memory.share(Holder.HANDOVER, 0));
    }

    private static Event event(String id) {
        return event(id, "touch", NOON, JSON);
    }

    private static Event ping(String id, long second) {
        return event(id, "ping", NOON.plusSeconds(second), JSON);
    }

    private static Event event(String id, String type, Instant time, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return new Event(id, type, "p1", null, time.toString(), bytes, 0, bytes.length);
    }

    private static void receive(HandoverBuffer by, Event... events) throws InterruptedException {
        by.received(Received.of(List.of(events), NOON));
    }

    @Test
    void passesOnWhatItHeldInOrderAndThenLetsThrough() throws Exception {
        receive(buffer, event("e1"), event("e2"));
        buffer.rejected("no JSON", new byte[] {1}, NOON.plusSeconds(1));
        receive(buffer, event("e3"));
        assertThat(sink.eventIds()).isEmpty();
        assertThat(sink.rejected).isEmpty();

        buffer.release();
        assertThat(sink.eventIds()).containsExactly("e1", "e2", "e3");
        assertThat(sink.rejected).containsExactly("no JSON");

        receive(buffer, event("e4"), event("e5"));
        buffer.rejected("no envelope", new byte[] {2}, NOON);
        assertThat(sink.eventIds()).endsWith("e4", "e5");
        assertThat(sink.rejected).endsWith("no envelope");
        assertThat(due).isEmpty();
    }

    @Test
    void takesTheSuccessorsFirstEventFromThePredecessorForProof() throws Exception {
        receive(buffer, event("e2"), event("e3"));
        buffer.predecessorPassed(List.of(event("e1"), event("e3")));
        assertThat(buffer.isProven()).isFalse();

        buffer.predecessorPassed(List.of(event("e2"), event("e2")));

        assertThat(buffer.isProven()).isTrue();
        assertThat(due).as("told once").containsExactly(buffer);
    }

    @Test
    void takesTheSuccessorsFirstEventForProofWhereThePredecessorBroughtItBefore() throws Exception {
        buffer.predecessorPassed(List.of(event("e1"), event("e2")));
        receive(buffer, event("e2"));

        assertThat(buffer.isProven()).isTrue();
        assertThat(due).containsExactly(buffer);
    }

    @Test
    void takesNoLaterEventOfTheSuccessorForProof() throws Exception {
        buffer.predecessorPassed(List.of(event("e1")));
        receive(buffer, event("e0"), event("e1"));

        assertThat(buffer.isProven()).isFalse();
        assertThat(due).isEmpty();
    }

    @Test
    void takesNoEventForProofWhereTheTwoAskForDifferentOnes() throws Exception {
        HandoverBuffer other = buffer(false);
        other.predecessorPassed(List.of(event("e1")));
        receive(other, event("e1"), event("e2"));
        other.predecessorPassed(List.of(event("e1"), event("e2")));

        assertThat(other.isProven()).isFalse();
        assertThat(due).isEmpty();
    }

    @Test
    void takesAPingOfThePredecessorForProofThatWasSentAfterTheSuccessorsFirst() throws Exception {
        buffer.predecessorPassed(List.of(ping("k0", 100)));
        receive(buffer, ping("k1", 5), ping("k2", 20));
        buffer.predecessorPassed(List.of(ping("k1", 5), ping("k3", 4)));
        assertThat(buffer.isProven()).isFalse();
        assertThat(due).isEmpty();

        buffer.predecessorPassed(List.of(ping("k4", 6)));

        assertThat(buffer.isProven()).isTrue();
        assertThat(due).containsExactly(buffer);
    }

    @Test
    void remembersOfThePredecessorWhatIsRecent() throws Exception {
        buffer.predecessorPassed(
                IntStream.rangeClosed(0, 20_000).mapToObj(i -> event("e" + i)).toList());
        receive(buffer, event("e0"));
        assertThat(buffer.isProven()).isFalse();

        HandoverBuffer other = buffer(true);
        other.predecessorPassed(
                IntStream.range(0, 20_000).mapToObj(i -> event("e" + i)).toList());
        receive(other, event("e0"));
        assertThat(other.isProven()).isTrue();
    }

    @Test
    void isDueWhenItCanHoldNoMoreAndHasTheReaderWait() throws Exception {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < HandoverBuffer.MAX_EVENTS; i++) {
            all.add("e" + i);
            receive(buffer, event("e" + i));
        }
        assertThat(due).isEmpty();

        Thread reader = reading(event("last"));
        assertThat(due).containsOnly(buffer);
        assertThat(sink.eventIds()).isEmpty();
        buffer.release();
        reader.join();

        all.add("last");
        assertThat(sink.eventIds()).containsExactlyElementsOf(all);
    }

    @Test
    void isDueWhenItHoldsTooManyBytes() throws Exception {
        String half = "x".repeat(HandoverBuffer.MAX_BYTES / 2);
        receive(buffer, event("e1", "touch", NOON, half.substring(1)));
        buffer.rejected("too long", half.getBytes(StandardCharsets.UTF_8), NOON);
        receive(buffer, event("e2", "touch", NOON, "x"));
        assertThat(due).isEmpty();

        Thread reader = reading(event("e3"));
        assertThat(due).containsOnly(buffer);
        buffer.release();
        reader.join();

        assertThat(sink.eventIds()).containsExactly("e1", "e2", "e3");
    }

    @Test
    void isDueWhenThereIsNoMemoryForMoreAndGivesItBackAsItPassesOn() throws Exception {
        MemoryBudget scarce = new MemoryBudget(10_000);
        HandoverBuffer little = buffer(true, scarce);
        Thread reader = reading(
                little, IntStream.range(0, 20).mapToObj(i -> event("e" + i)).toArray(Event[]::new));
        assertThat(due).containsOnly(little);
        assertThat(scarce.used().get(Holder.HANDOVER)).isBetween(2_000L, 5_000L);

        little.release();
        reader.join();

        assertThat(sink.eventIds()).hasSize(20).startsWith("e0", "e1").endsWith("e19");
        assertThat(scarce.used().get(Holder.HANDOVER)).isZero();
    }

    @Test
    void remembersFewerOfThePredecessorWhereThereIsLittleMemoryAndGivesItBackWhenItIsGivenUp() {
        MemoryBudget scarce = new MemoryBudget(10_000);
        HandoverBuffer little = buffer(true, scarce);
        little.predecessorPassed(
                IntStream.range(0, 1_000).mapToObj(i -> event("e" + i)).toList());
        assertThat(scarce.used().get(Holder.HANDOVER)).isBetween(2_000L, 5_000L);

        little.discard();

        assertThat(scarce.used().get(Holder.HANDOVER)).isZero();
    }

    @Test
    void dropsWhatItHeldAndWhatFollowsWhenItIsGivenUp() throws Exception {
        for (int i = 0; i < HandoverBuffer.MAX_EVENTS; i++) {
            receive(buffer, event("e" + i));
        }
        Thread reader = reading(event("last"));

        buffer.discard();
        reader.join();
        receive(buffer, event("later"));
        buffer.rejected("no JSON", new byte[] {1}, NOON);

        assertThat(sink.eventIds()).isEmpty();
        assertThat(sink.rejected).isEmpty();
    }

    @Test
    void tellsAtOnceThatARecordWasCutShort() {
        buffer.truncated();

        assertThat(sink.truncated).hasValue(1);
    }

    /** A thread that receives one more event, and must wait. */
    private Thread reading(Event event) {
        return reading(buffer, event);
    }

    private static Thread reading(HandoverBuffer by, Event... events) {
        Thread reader = new Thread(() -> {
            try {
                receive(by, events);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        reader.setDaemon(true);
        reader.start();
        await().until(() -> reader.getState() == Thread.State.WAITING);
        return reader;
    }
}
