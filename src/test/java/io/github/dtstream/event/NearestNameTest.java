package io.github.dtstream.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {
    @Test
    void prefersTheSmallestDistance() {
        assertThat(NearestName.nearest("pingJiter", List.of("pingInterval", "pingJitter", "pingLitter")))
                .contains("pingJitter");
    }

    @Test
    void takesTheFirstAtATie() {
        assertThat(NearestName.nearest("bat", List.of("cat", "hat"))).contains("cat");
    }

    @Test
    void countsSwappedNeighboursAsOneEdit() {
        assertThat(NearestName.nearest("ab", List.of("ba"))).contains("ba");
        assertThat(NearestName.nearest("abc", List.of("cab"))).isEmpty();
    }

    @Test
    void knowsNoneAmongNone() {
        assertThat(NearestName.nearest("any", List.of())).isEmpty();
    }
}
