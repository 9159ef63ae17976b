package io.github.dtstream.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.journal.kafka.Writer.KeyedValue;
import io.github.dtstream.storage.DurableState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopicStateTest {
    /** Stands for the state topic. */
    private final Map<String, byte[]> topic = new HashMap<>();

    private TopicState state = opened();

    private TopicState opened() {
        TopicState opened = new TopicState("p1.state", () -> topic, () -> {});
        try {
            opened.open(topic);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return opened;
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }

    /** Writes the change as the commit thread does. */
    private void commit() {
        TopicState.Change change = Objects.requireNonNull(state.change());
        for (KeyedValue record : state.records(change)) {
            if (record.value() == null) {
                topic.remove(record.key());
            } else {
                topic.put(record.key(), record.value());
            }
        }
        state.written(change);
    }

    private void saved(String text) throws IOException {
        state.saveInOrder(text.getBytes(StandardCharsets.UTF_8));
        commit();
    }

    private Optional<String> loaded() throws IOException {
        return opened().load(TopicStateTest::text).value();
    }

    @Test
    void hasNothingBeforeAnythingWasSaved() throws IOException {
        assertThat(state.load(TopicStateTest::text)).isEqualTo(new DurableState.Content<>(Optional.empty(), false));
        assertThat(state.change()).isNull();
    }

    @Test
    void hasWhatWasSavedLast() throws IOException {
        for (int i = 1; i <= 5; i++) {
            saved("content " + i);
            assertThat(loaded()).contains("content " + i);
        }
    }

    @Test
    void leavesOutWhatWasReplacedBeforeItCouldBeWrittenAndStillHasTheOneBefore() throws IOException {
        saved("one");
        state.saveInOrder(new byte[] {'t', 'w', 'o'});
        saved("three");

        assertThat(loaded()).contains("three");
        assertThat(topic.values())
                .extracting(TopicStateTest::text)
                .contains("one")
                .doesNotContain("two");
    }

    @Test
    void keepsWhatWasSavedWhileThatBeforeItWasWritten() throws IOException {
        state.saveInOrder(new byte[] {'a'});
        TopicState.Change first = Objects.requireNonNull(state.change());
        state.saveInOrder(new byte[] {'b'});
        state.written(first);

        assertThat(state.isDirty()).isTrue();
        commit();

        assertThat(state.isDirty()).isFalse();
        assertThat(loaded()).contains("b");
    }

    @Test
    void spreadsOverPartsWhatARecordHasNoRoomForAndTakesBackThoseThatAreLeft() throws IOException {
        String large = "large".repeat(300_000);
        saved(large);
        saved("small");
        assertThat(loaded()).contains("small");
        saved(large + "r");
        assertThat(loaded()).contains(large + "r");
        saved("small again");
        saved("smaller");

        assertThat(loaded()).contains("smaller");
        assertThat(topic).hasSize(4);
    }

    @Test
    void givesTheContentBeforeWhereTheNewestMeansNothingAndReplacesThatFirst() throws IOException {
        saved("good");
        saved("bad");
        state = opened();

        assertThat(state.load(TopicStateTest::good)).isEqualTo(new DurableState.Content<>(Optional.of("good"), true));

        saved("better");
        assertThat(topic.values())
                .extracting(TopicStateTest::text)
                .contains("good")
                .doesNotContain("bad");
        assertThat(loaded()).contains("better");
    }

    private static String good(byte[] content) throws IOException {
        if (text(content).equals("bad")) {
            throw new IOException("it is bad");
        }
        return text(content);
    }

    @Test
    void saysWhyItIsNotWrittenUntilItIs() throws IOException {
        state.refused("no broker");
        assertThat(state.problem()).isEmpty();
        state.saveInOrder(new byte[1]);
        assertThat(state.problem()).contains("no broker");

        commit();

        assertThat(state.problem()).isEmpty();
    }

    @Test
    void refusesWhatComesWhenAnotherRouterHasTakenOver() throws IOException {
        state.saveInOrder(new byte[1]);
        state.close("another router has it");

        assertThatThrownBy(() -> state.saveInOrder(new byte[1])).hasMessage("another router has it");
        assertThatThrownBy(() -> state.save(new byte[1])).hasMessage("another router has it");
        assertThat(state.isDirty()).isFalse();
        assertThat(state.problem()).isEmpty();
    }
}
