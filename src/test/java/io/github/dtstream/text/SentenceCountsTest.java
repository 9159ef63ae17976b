package io.github.dtstream.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;

class SentenceCountsTest {
    private final SentenceCounts counts = new SentenceCounts();

    @Test
    void sentencesThatDifferInTheirNumbersAreOne() {
        counts.add("longer than is kept: 100 bytes");
        counts.add("longer than is kept: 2000 bytes");
        counts.add("not JSON");

        assertThat(counts.counts()).containsExactly(entry("longer than is kept: 100 bytes", 2L), entry("not JSON", 1L));
    }

    @Test
    void ofHowManyKindsIsBounded() {
        for (char kind = 'A'; kind <= 'Z'; kind++) {
            counts.add("kind " + kind);
            counts.add("kind " + kind);
        }
        assertThat(counts.counts()).hasSize(21).containsEntry("kind A", 2L).containsEntry("others", 12L);
        assertThat(counts.counts().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(52);
    }
}
