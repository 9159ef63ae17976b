package io.github.dtstream.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.journal.Remark;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicCheckTest {
    private static final KafkaSettings WANTED = new KafkaSettings(Map.of(), "dt.p.s", 6, (short) 3);

    private static TopicCheck.Found topic(int partitions, int replication, String cleanup, int minInSync) {
        return new TopicCheck.Found(
                "topic",
                "id",
                partitions,
                replication,
                Map.of("cleanup.policy", cleanup, "min.insync.replicas", Integer.toString(minInSync)));
    }

    @Test
    void findsNothingWhereAllIsAsItIsMade() {
        assertThat(TopicCheck.ofEvents(topic(6, 3, "delete", 2), WANTED)).isEmpty();
        assertThat(TopicCheck.ofState(topic(1, 3, "compact", 2), WANTED)).isEmpty();
        assertThat(TopicCheck.ofState(new TopicCheck.Found("topic", "id", 1, 3, Map.of()), WANTED))
                .isEmpty();
    }

    @Test
    void refusesTopicsThatDeleteWhatIsNeeded() {
        assertThat(TopicCheck.ofEvents(topic(6, 3, "compact,delete", 2), WANTED))
                .extracting(Remark::level)
                .containsExactly(Remark.Level.ERROR);
        assertThat(TopicCheck.ofState(topic(1, 3, "delete", 2), WANTED))
                .extracting(Remark::level)
                .containsExactly(Remark.Level.ERROR);
        assertThat(TopicCheck.ofState(topic(3, 3, "compact", 2), WANTED))
                .extracting(Remark::level)
                .containsExactly(Remark.Level.ERROR);
    }

    @Test
    void warnsOfOtherCopiesThanAreWantedAndOfRecordsThatOneBrokerMayHaveAlone() {
        List<Remark> remarks = TopicCheck.ofEvents(topic(3, 2, "delete", 2), WANTED);
        assertThat(remarks).extracting(Remark::level).containsOnly(Remark.Level.WARNING);
        assertThat(remarks)
                .extracting(Remark::text)
                .anyMatch(text -> text.contains("has 3 partitions, not 6"))
                .anyMatch(text -> text.contains("is on 2 brokers") && text.contains("wanted is 3"))
                .anyMatch(text -> text.contains("nothing can be written while one of them is down"));
        assertThat(TopicCheck.ofEvents(topic(6, 3, "delete", 1), WANTED))
                .extracting(Remark::text)
                .singleElement()
                .asString()
                .contains("set it to 2");
    }

    @Test
    void wantsTwoBrokersToHaveARecordWhereThreeKeepIt() {
        assertThat(TopicCheck.minInSync(1)).isEqualTo(1);
        assertThat(TopicCheck.minInSync(2)).isEqualTo(1);
        assertThat(TopicCheck.minInSync(3)).isEqualTo(2);
        assertThat(TopicCheck.minInSync(5)).isEqualTo(2);
    }

    @Test
    void warnsOfAStateThatIsLongToReadAtEachTakeOver() {
        Map<String, String> kafkasOwn = Map.of("segment.ms", "604800000", "delete.retention.ms", "86400000");
        Map<String, String> asMade = Map.of("segment.ms", "300000", "delete.retention.ms", "3600000");

        assertThat(TopicCheck.ofState(new TopicCheck.Found("topic", "id", 1, 3, kafkasOwn), WANTED))
                .allMatch(remark -> remark.level() == Remark.Level.WARNING)
                .extracting(Remark::text)
                .satisfiesExactly(
                        text -> assertThat(text).contains("segment.ms=604800000", "set it to 300000"),
                        text -> assertThat(text).contains("delete.retention.ms=86400000", "set it to 3600000"));
        assertThat(TopicCheck.ofState(new TopicCheck.Found("topic", "id", 1, 3, asMade), WANTED))
                .isEmpty();
    }

    @Test
    void warnsOfATopicThatTakesNoLargeEvents() {
        TopicCheck.Found found = new TopicCheck.Found("topic", "id", 6, 3, Map.of("max.message.bytes", "1048588"));

        assertThat(TopicCheck.ofEvents(found, WANTED)).singleElement().satisfies(remark -> {
            assertThat(remark.level()).isEqualTo(Remark.Level.WARNING);
            assertThat(remark.text()).contains("max.message.bytes=1048588").contains("17825792");
        });
    }
}
