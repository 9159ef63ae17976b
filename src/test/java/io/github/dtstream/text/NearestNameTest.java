package io.github.dtstream.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {
    @Test
    void prefersTheSmallestDistance() {
        assertThat(NearestName.of("pingJiter", List.of("pingInterval", "pingJitter", "pingLitter")))
                .contains("pingJitter");
    }

    @Test
    void takesTheFirstInTheAlphabetAtATie() {
        assertThat(NearestName.of("bat", List.of("hat", "cat"))).contains("cat");
    }

    @Test
    void countsNeitherCaseNorHyphens() {
        assertThat(NearestName.of("PING-INTERVAL", List.of("pingInterval"))).contains("pingInterval");
    }

    @Test
    void asksNothingWhereNoneIsNear() {
        assertThat(NearestName.question("temperatur", List.of("temperature"))).contains("did you mean 'temperature'?");
        assertThat(NearestName.question("humidity", List.of("temperature"))).isEmpty();
    }

    @Test
    void countsSwappedNeighboursAsOneEdit() {
        assertThat(NearestName.of("ab", List.of("ba"))).contains("ba");
        assertThat(NearestName.of("abc", List.of("cab"))).isEmpty();
    }

    @Test
    void knowsNoneAmongNone() {
        assertThat(NearestName.of("any", List.of())).isEmpty();
    }
}
