package io.github.dtstream.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.proof.TopicContents.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicContentsTest {
    private static final Entry FIRST = new Entry(1, true, "d", "e1");
    private static final Entry SECOND = new Entry(2, true, "d", "e2");
    private static final Entry PING = new Entry(3, true, "", "p1");

    @TempDir
    private Path folder;

    private Oracle oracle;

    @BeforeEach
    void produceTwoEvents() throws IOException {
        oracle = Oracle.read(Files.writeString(folder.resolve("oracle.ndjson"), """
                {"sequence":1,"event":{"eventId":"e1"}}
                {"sequence":2,"event":{"eventId":"e2"}}
                """));
    }

    private static TopicContents of(Entry... entries) {
        return new TopicContents(List.of(entries), List.of(), 0);
    }

    @Test
    void findsNothingWrongWithAllEventsInOrderAndPingsBetween() {
        assertThat(of(FIRST, SECOND, PING).differences(oracle)).isEmpty();
    }

    @Test
    void findsHolesRepetitionsAndWhatIsMissingOrWasNeverSent() {
        assertThat(of(FIRST).differences(oracle)).containsExactly("not in the topic: e2");
        assertThat(of(FIRST, new Entry(3, true, "d", "e2")).differences(oracle))
                .containsExactly("number 3 where number 2 should be");
        assertThat(of(FIRST, SECOND, new Entry(3, false, "d", "e1")).differences(oracle))
                .singleElement()
                .asString()
                .startsWith("twice in the topic");
        assertThat(of(FIRST, SECOND, new Entry(3, false, "d", "e9")).differences(oracle))
                .singleElement()
                .asString()
                .startsWith("nobody sent");
    }

    @Test
    void findsLiveEventsOfADeviceInAnotherOrderThanTheyWereSentIn() {
        assertThat(of(new Entry(1, true, "d", "e2"), new Entry(2, true, "d", "e1"))
                        .differences(oracle))
                .singleElement()
                .asString()
                .contains("was sent before");
        TopicContents late = of(new Entry(1, true, "d", "e2"), new Entry(2, false, "d", "e1"));
        assertThat(late.differences(oracle)).isEmpty();
        assertThat(late.lateFromHistory(oracle)).isEqualTo(1);
    }

    @Test
    void findsDeliveriesInAnotherOrderThanThatOfTheTopic() {
        assertThat(of(FIRST, SECOND).disorder(List.of("e1", "e2"))).isEmpty();
        assertThat(of(FIRST, SECOND).disorder(List.of("e2", "e1"))).hasSize(1);
        assertThat(of(FIRST, SECOND).disorder(List.of("e1", "e9"))).hasSize(1);
    }
}
