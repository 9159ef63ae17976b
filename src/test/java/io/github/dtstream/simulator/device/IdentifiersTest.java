package io.github.dtstream.simulator.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IdentifiersTest {
    private static final Instant SECOND = Instant.parse("2024-05-29T10:34:03Z");

    private final Identifiers identifiers = new Identifiers(new SplittableRandom(1));

    @Test
    void holdTheirSecond() {
        // The first six digits of a published identifier of this second.
        assertThat(identifiers.next(SECOND)).startsWith("cpbg96").hasSize(20);
    }

    @Test
    void differWithinASecond() {
        assertThat(identifiers.next(SECOND)).isNotEqualTo(identifiers.next(SECOND));
    }
}
