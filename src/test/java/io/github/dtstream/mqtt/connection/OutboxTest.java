package io.github.dtstream.mqtt.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import io.github.dtstream.mqtt.message.MessageProperties;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.PublishBatch;
import io.github.dtstream.mqtt.message.PublishException;
import io.github.dtstream.mqtt.message.PublishFailedException;
import io.github.dtstream.mqtt.message.PublishRefusedException;
import io.github.dtstream.mqtt.message.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Also tests the batches that an outbox ends. */
class OutboxTest {
    private final Outbox outbox = new Outbox();
    private final List<PublishException> outcomes = new ArrayList<>();

    /** A batch of messages for these topics. */
    private List<Publication> add(String... topics) {
        PublishBatch batch = batch();
        List<Publication> publications = publications(batch, topics);
        batch.fill(publications, List.of(), new BitSet());
        outbox.add(batch);
        return publications;
    }

    private PublishBatch batch() {
        return new PublishBatch(this, "route", null, outcomes::add);
    }

    private static List<Publication> publications(PublishBatch batch, String... topics) {
        return IntStream.range(0, topics.length)
                .mapToObj(index -> publication(batch, topics[index], index))
                .toList();
    }

    private static Publication publication(PublishBatch batch, String topic, int index) {
        return new Publication(
                MqttTopic.of(topic), new byte[0], MqttQos.AT_LEAST_ONCE, false, MessageProperties.NONE, batch, index);
    }

    private List<Publication> send(int count) {
        List<Publication> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Publication next = outbox.next();
            outbox.sent(next);
            sent.add(next);
        }
        return sent;
    }

    private void settle(Publication publication, Refusal refusal) {
        outbox.settle(publication, refusal).forEach(Runnable::run);
    }

    private List<Publication> waiting() {
        List<Publication> all = new ArrayList<>();
        for (Publication next = outbox.next(); next != null; next = outbox.next()) {
            all.add(next);
        }
        return all;
    }

    @Test
    void sendsAgainWhatHasNoOutcomeAheadOfTheRestInItsOldOrder() {
        List<Publication> all = add("a", "b", "c", "d", "e");
        send(4);
        settle(all.get(1), null);

        outbox.takeBack();

        assertThat(outbox.inflight()).isZero();
        assertThat(waiting()).containsExactly(all.get(0), all.get(2), all.get(3), all.get(4));
    }

    @Test
    void putsWhatOvertookBackBehindTheOneThatItOvertook() {
        List<Publication> all = add("a", "a", "b", "c");
        Publication overtaker = outbox.nextAhead();
        outbox.sent(overtaker);
        assertThat(overtaker).isSameAs(all.get(2));
        send(1);

        outbox.takeBack();

        assertThat(waiting()).containsExactly(all.get(0), all.get(2), all.get(1), all.get(3));
    }

    @Test
    void takesTheNextOfTheSameTopicAheadIfThereIsNoOther() {
        List<Publication> all = add("a", "a");

        assertThat(outbox.nextAhead()).isSameAs(all.get(1));
        assertThat(outbox.nextAhead()).isNull();
        assertThat(outbox.first()).isSameAs(all.get(0));
    }

    @Test
    void endsABatchWithItsLastMessage() {
        List<Publication> all = add("a", "b");
        send(2);

        settle(all.get(0), null);
        assertThat(outcomes).isEmpty();
        settle(all.get(1), null);

        assertThat(outcomes).hasSize(1).containsOnlyNulls();
        assertThat(outbox.batches()).isEmpty();
    }

    @Test
    void countsAnOutcomeOnceThoughItIsToldTwice() {
        List<Publication> all = add("a", "b");
        send(2);

        settle(all.get(0), null);
        settle(all.get(0), null);

        assertThat(outcomes).isEmpty();
        assertThat(outbox.size()).isEqualTo(1);
    }

    @Test
    void saysOfAnAbandonedBatchWhatHadArrivedAndForgetsTheRest() {
        List<Publication> all = add("a", "b", "c");
        List<Publication> others = add("d");
        send(2);
        settle(all.get(1), null);

        outbox.abandon(batch -> batch == all.get(0).batch(), "stopped", "reset").forEach(Runnable::run);

        assertThat(outcomes).singleElement().satisfies(failed -> {
            assertThat(failed)
                    .isInstanceOf(PublishFailedException.class)
                    .hasMessageContainingAll("stopped", "reset", "2 of 3 messages were not acknowledged");
            assertThat(List.of(0, 1, 2)).filteredOn(failed::isPublished).containsExactly(1);
        });
        assertThat(waiting()).isEqualTo(others);
    }

    @Test
    void takesNothingBackThatNobodyWaitsForAnyMore() {
        add("a", "b");
        send(1);
        outbox.abandon(batch -> true, "stopped", null).forEach(Runnable::run);
        assertThat(outbox.inflight()).as("the broker may still answer").isEqualTo(1);

        outbox.takeBack();

        assertThat(outbox.size()).isZero();
        assertThat(outcomes).hasSize(1);
    }

    @Test
    void countsAMessageAsPublishedOnlyWithAllThatWasMadeOfIt() {
        PublishBatch batch = batch();
        List<Publication> own = publications(batch, "a", "b");
        Publication copyOfFirst = publication(batch, "a/last", 0);
        List<Publication> all = new ArrayList<>(own);
        all.add(copyOfFirst);
        batch.fill(all, List.of(), new BitSet());
        outbox.add(batch);
        send(3);

        settle(own.get(0), null);
        settle(own.get(1), null);
        settle(copyOfFirst, copyOfFirst.refusal(0x97, "quota", false));

        assertThat(outcomes).singleElement().satisfies(failed -> {
            assertThat(failed.isPublished(0)).isFalse();
            assertThat(failed.isPublished(1)).isTrue();
        });
    }

    @Test
    void refusesForGoodOnlyIfAllThatWasRefusedIsRefusedForGood() {
        for (boolean[] permanent : new boolean[][] {{true, true}, {true, false}}) {
            List<Publication> all = add("a", "b");
            send(2);
            settle(all.get(1), all.get(1).refusal(0x95, "large", permanent[1]));
            settle(all.get(0), all.get(0).refusal(0x90, "topic", permanent[0]));
        }

        assertThat(outcomes.get(0)).isInstanceOf(PublishRefusedException.class);
        assertThat(outcomes.get(1)).isInstanceOf(PublishFailedException.class);
        assertThat(outcomes.get(0).refusals()).extracting(Refusal::index).containsExactly(0, 1);
    }

    @Test
    void knowsWhatAnEarlierTryHadPublished() {
        PublishBatch batch = batch();
        BitSet before = new BitSet();
        before.set(0);
        List<Publication> left = List.of(publication(batch, "b", 1));
        batch.fill(left, List.of(), before);
        outbox.add(batch);
        send(1);

        settle(left.get(0), left.get(0).refusal(0x97, "quota", false));

        assertThat(Arrays.asList(0, 1)).filteredOn(outcomes.get(0)::isPublished).containsExactly(0);
    }
}
