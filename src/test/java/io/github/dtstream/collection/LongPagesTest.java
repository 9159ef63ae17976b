package io.github.dtstream.collection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LongPagesTest {
    @ParameterizedTest
    @CsvSource({"1, 2", "1000, 32768", "32767, 32769", "32768, 65536", "40000, 100000", "65536, 65537"})
    void keepsWhatIsThereWhenItGrows(int length, int more) {
        LongPages pages = new LongPages(length);
        for (int i = 0; i < length; i++) {
            pages.set(i, i + 1);
        }

        pages.grow(more);

        for (int i = 0; i < more; i++) {
            assertThat(pages.get(i)).isEqualTo(i < length ? i + 1 : 0);
        }
        pages.fill(7);
        assertThat(pages.get(0)).isEqualTo(7);
        assertThat(pages.get(more - 1)).isEqualTo(7);
    }
}
