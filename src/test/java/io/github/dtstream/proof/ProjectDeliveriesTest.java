package io.github.dtstream.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProjectDeliveriesTest {
    private final ProjectDeliveries deliveries = new ProjectDeliveries("p");

    private void add(String node, String... identifiers) {
        List.of(identifiers).forEach(identifier -> deliveries.add(node, identifier));
    }

    @Test
    void countsWhatTheNextRouterRepeatsUntilItIsReplaced() {
        add("a", "1", "2", "3");
        add("b", "2", "3", "4", "3", "5");

        assertThat(deliveries.mostRepeated()).isEqualTo(3);
        assertThat(deliveries.moves()).isEqualTo(2);
        assertThat(deliveries.holder()).hasValue("b");
        assertThat(deliveries.repeatedMoreThan(3)).isEmpty();
        assertThat(deliveries.repeatedMoreThan(2)).singleElement().asString().contains("router b repeated 3 events");
    }

    @Test
    void countsWhatARouterDeliversAfterItWasReplacedAsATermOfItsOwn() {
        add("a", "1", "2");
        add("b", "2", "3");
        add("a", "1", "2");
        add("b", "4");
        add("a", "3");

        assertThat(deliveries.mostRepeated()).isEqualTo(3);
        assertThat(deliveries.repeated()).isEqualTo(4);
    }

    @Test
    void countsTheRepetitionsOfEachProcessOfARouter() {
        add("a", "1", "2", "3");
        deliveries.ended("a");
        add("a", "2", "3");
        deliveries.ended("a");
        add("a", "2", "3", "4");

        assertThat(deliveries.mostRepeated()).isEqualTo(2);
        assertThat(deliveries.repeated()).isEqualTo(4);
    }

    @Test
    void measuresTheLongestTimeWithoutAnEventBetweenTwoInstants() {
        for (long arrival : new long[] {100, 200, 900, 1000, 5000}) {
            deliveries.newEventsCame(arrival);
        }

        assertThat(deliveries.longestPause(150, 1000)).isEqualTo(Duration.ofNanos(700));
        assertThat(deliveries.longestPause(300, 1000)).isEqualTo(Duration.ofNanos(600));
        assertThat(deliveries.longestPause(1100, 3000)).isEqualTo(Duration.ofNanos(1900));
        assertThat(deliveries.longestPause(1000, 6000)).isEqualTo(Duration.ofNanos(4000));
    }

    @Test
    void showsMedianAndExtremesOfPauses() {
        Pauses pauses = new Pauses();
        for (int millis = 1; millis <= 100; millis++) {
            pauses.add("killed", Duration.ofMillis(millis));
        }

        assertThat(pauses.percentile("killed", 50)).isEqualTo(Duration.ofMillis(50));
        assertThat(pauses.percentile("killed", 99)).isEqualTo(Duration.ofMillis(99));
        assertThat(pauses.percentile("none", 99)).isZero();
        assertThat(pauses.toString()).containsPattern("killed +50 +99 +100 +100");
    }
}
