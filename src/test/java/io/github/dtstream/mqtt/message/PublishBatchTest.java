package io.github.dtstream.mqtt.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PublishBatchTest {
    private final List<@Nullable PublishException> told = new ArrayList<>();
    private final PublishBatch batch = new PublishBatch(this, "to-mqtt", null, told::add);

    @Test
    void isCompleteWhenTheLastMessageIsAcknowledged() {
        List<Publication> messages = fill(0, 1, 2);

        assertThat(batch.settled(messages.get(2), null)).isFalse();
        assertThat(batch.settled(messages.get(0), null)).isFalse();
        assertThat(batch.settled(messages.get(1), null)).isTrue();
        batch.finish().run();

        assertThat(told).containsExactly((PublishException) null);
    }

    /** The connection's lock is held while the batch ends; the completion runs without it. */
    @Test
    void tellsWhoWaitsOnlyWhenItsEndIsRun() {
        List<Publication> messages = fill(0);
        batch.settled(messages.get(0), null);

        Runnable end = batch.finish();

        assertThat(batch.isDone()).isTrue();
        assertThat(batch.publications()).as("lets go of the messages").isEmpty();
        assertThat(told).isEmpty();
        end.run();
        assertThat(told).hasSize(1);
    }

    @Test
    void saysWhatWasRefusedForGoodInTheOrderOfTheList() {
        List<Publication> messages = fill(0, 1, 2);
        batch.settled(messages.get(2), messages.get(2).refusal(0x99, "no text", true));
        batch.settled(messages.get(1), null);
        batch.settled(messages.get(0), messages.get(0).refusal(0x90, "no topic", true));
        batch.finish().run();

        PublishException refused = told.get(0);
        assertThat(refused)
                .isInstanceOf(PublishRefusedException.class)
                .hasMessage("Refused for good: message 0 for topic 'dt/t0': no topic (and 1 more)");
        assertThat(refused.refusals()).extracting(Refusal::index).containsExactly(0, 2);
        assertThat(published(refused, 3)).containsExactly(1);
    }

    @Test
    void maySucceedLaterWhereOneOfTheRefusalsCanPass() {
        List<Publication> messages = fill(0, 1);
        batch.settled(messages.get(0), messages.get(0).refusal(0x90, "no topic", true));
        batch.settled(messages.get(1), messages.get(1).refusal(0x97, "quota exceeded", false));

        assertThat(batch.outcome())
                .isInstanceOf(PublishFailedException.class)
                .hasMessage("Refused for now: message 0 for topic 'dt/t0': no topic (and 1 more)");
    }

    @Test
    void saysOfOneRefusalAlone() {
        List<Publication> messages = fill(4);
        batch.settled(messages.get(0), messages.get(0).refusal(0x97, "quota exceeded", false));

        assertThat(batch.outcome()).hasMessage("Refused for now: message 4 for topic 'dt/t4': quota exceeded");
    }

    /** A message with a last value is published twice. */
    @Test
    void countsAMessageAsPublishedWhenAllItsPublicationsAre() {
        List<Publication> messages = fill(0, 0, 1);
        batch.settled(messages.get(0), null);
        batch.settled(messages.get(2), null);
        batch.settled(messages.get(1), messages.get(1).refusal(0x97, "quota exceeded", false));

        assertThat(published(batch.outcome(), 2)).containsExactly(1);
    }

    @Test
    void takesAlongWhatAnEarlierTryHasPublishedAndRefused() {
        BitSet before = new BitSet();
        before.set(7);
        batch.fill(List.of(message(batch, 3)), List.of(new Refusal(5, null, 0, "it has no topic", true)), before);
        before.set(9);
        batch.settled(batch.publications().get(0), null);

        PublishException outcome = batch.outcome();
        assertThat(outcome)
                .isInstanceOf(PublishRefusedException.class)
                .hasMessageContaining("message 5")
                .hasMessageContaining("it has no topic");
        assertThat(published(outcome, 10)).containsExactly(3, 7);
    }

    @Test
    void saysHowManyWereNotAcknowledgedWhereItIsAbandoned() {
        List<Publication> messages = fill(0, 1, 2);
        batch.settled(messages.get(1), null);

        batch.abandon("the route stops").run();

        assertThat(told.get(0))
                .isInstanceOf(PublishFailedException.class)
                .hasMessage("the route stops: 2 of 3 messages were not acknowledged");
        assertThat(published(told.get(0), 3)).containsExactly(1);
        assertThat(batch.isDone()).isTrue();
    }

    @Test
    void withoutAMessageThereIsNothingToRefuse() {
        batch.fill(List.of(), List.of(), new BitSet());
        batch.finish().run();

        assertThat(told).containsExactly((PublishException) null);
    }

    @Test
    void isHurriedByTheStopOfItsRoute() {
        assertThat(batch.isOf("to-mqtt")).isTrue();
        assertThat(batch.isOf("other")).isFalse();
        assertThat(new PublishBatch(this, null, null, told::add).isOf("to-mqtt"))
                .isFalse();
        assertThat(batch.isHurried()).isFalse();

        batch.hurry();

        assertThat(batch.isHurried()).isTrue();
    }

    /** The exception may be read later, and cannot be changed. */
    @Test
    void anOutcomeDoesNotChangeWithTheBatch() {
        List<Publication> messages = fill(0, 1);
        batch.settled(messages.get(0), messages.get(0).refusal(0x97, "quota exceeded", false));
        PublishException outcome = batch.outcome();
        batch.settled(messages.get(1), null);
        outcome.published().set(0, 5);

        assertThat(published(outcome, 5)).isEmpty();
    }

    @Test
    void nothingWasPublishedWhereItFailedBeforeItWasSent() {
        PublishFailedException failed = new PublishFailedException("no connection");

        assertThat(failed).hasMessage("no connection");
        assertThat(failed.refusals()).isEmpty();
        assertThat(published(failed, 3)).isEmpty();
    }

    @Test
    void thereAreThreeQualitiesOfService() {
        assertThat(IntStream.rangeClosed(0, 2).mapToObj(Qos::of))
                .containsExactly(MqttQos.AT_MOST_ONCE, MqttQos.AT_LEAST_ONCE, MqttQos.EXACTLY_ONCE);
        for (int none : new int[] {-1, 3}) {
            assertThatThrownBy(() -> Qos.of(none))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("QoS " + none + " does not exist; there are 0, 1 and 2");
        }
    }

    private List<Publication> fill(int... indexes) {
        List<Publication> messages =
                IntStream.of(indexes).mapToObj(index -> message(batch, index)).toList();
        batch.fill(messages, List.of(), new BitSet());
        return messages;
    }

    private static Publication message(PublishBatch batch, int index) {
        return new Publication(
                MqttTopic.of("dt/t" + index),
                "x".getBytes(StandardCharsets.UTF_8),
                MqttQos.AT_LEAST_ONCE,
                false,
                MessageProperties.NONE,
                batch,
                index);
    }

    private static List<Integer> published(PublishException outcome, int to) {
        return IntStream.range(0, to).filter(outcome::isPublished).boxed().toList();
    }
}
