package io.github.dtstream.route.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnifiedDiffTest {
    @Test
    void showsChangedLinesWithTheirNeighbours() {
        String diff = UnifiedDiff.of("a\nb\nc\nd\ne\nf\ng\nh\ni\n", "a\nb\nc\nd\nE\nf\ng\nh\nnew\ni\n", 40);

        assertThat(diff).isEqualTo("  c\n  d\n- e\n+ E\n  f\n  g\n  h\n+ new\n  i");
    }

    @Test
    void comparesLongTextsToo() {
        String before = "line\n".repeat(5_000);

        assertThat(UnifiedDiff.of(before, before + "last\n", 40)).isEqualTo("  line\n  line\n+ last");
    }

    @Test
    void leavesOutWhatIsTooLong() {
        String diff = UnifiedDiff.of("", "1\n2\n3\n4\n", 2);

        assertThat(diff).isEqualTo("+ 1\n+ 2\n  … and 2 lines more");
    }

    @Test
    void saysNothingOfEqualTexts() {
        assertThat(UnifiedDiff.of("a\n", "a\n", 40)).isEmpty();
    }
}
