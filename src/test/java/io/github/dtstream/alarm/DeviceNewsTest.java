package io.github.dtstream.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.alarm.rule.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class DeviceNewsTest {
    private final DeviceNews news = new DeviceNews();

    private static List<AlarmView> alarmsOf(String... devices) {
        return Stream.of(devices)
                .map(device -> new AlarmView(
                        new AlarmKey("warm", device, AlarmKey.Subject.VALUE),
                        device,
                        AlarmState.UNACKNOWLEDGED,
                        Severity.WARNING,
                        Instant.EPOCH,
                        "",
                        false,
                        null,
                        null))
                .toList();
    }

    @Test
    void whatAListHadAndTheNextLacksHasLeftOnce() {
        news.listed(Set.of("d2"), Set.of("d1"));

        assertThat(news.left(List.of())).containsExactly("d1");
        assertThat(news.left(List.of())).isEmpty();
    }

    @Test
    void whatLeftWhileNobodyLookedIsMissedByTwoLists() {
        news.listed(Set.of("d2"), Set.of());
        assertThat(news.left(alarmsOf("d1", "d2"))).isEmpty();

        news.listed(Set.of("d2"), Set.of());
        assertThat(news.left(alarmsOf("d1", "d2"))).containsExactly("d1");
    }

    @Test
    void whatIsInTheSecondListHasNotLeft() {
        news.listed(Set.of(), Set.of());
        assertThat(news.left(alarmsOf("d1"))).isEmpty();
        news.listed(Set.of("d1"), Set.of());
        assertThat(news.left(alarmsOf("d1"))).isEmpty();
        news.listed(Set.of(), Set.of());

        assertThat(news.left(alarmsOf("d1")))
                .as("one list that lacks it is not two in a row")
                .isEmpty();
    }

    @Test
    void twoListsBetweenTwoLooksCountAsTwo() {
        news.listed(Set.of(), Set.of());
        news.listed(Set.of(), Set.of());

        assertThat(news.left(alarmsOf("d1"))).containsExactly("d1");
    }

    @Test
    void ofTheLastListEachDeviceThatIsUnheardHasJoinedOnce() {
        news.listed(Set.of("d1", "d2", "d4"), Set.of());
        news.listed(Set.of("d3", "d2", "d1"), Set.of("d4"));
        news.left(List.of());

        assertThat(news.joined(device -> !device.equals("d2"))).containsExactly("d1", "d3");
        assertThat(news.joined(device -> true)).isEmpty();
    }

    @Test
    void aLookWithoutAListSaysNothing() {
        news.listed(Set.of(), Set.of());
        news.left(alarmsOf("d1"));

        assertThat(news.left(alarmsOf("d1"))).isEmpty();
    }

    @Test
    void theStreamItselfIsInNoListAndHasNotLeft() {
        news.listed(Set.of(), Set.of());
        news.listed(Set.of(), Set.of());

        assertThat(news.left(alarmsOf(""))).isEmpty();
    }
}
