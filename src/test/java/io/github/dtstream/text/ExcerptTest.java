package io.github.dtstream.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExcerptTest {
    @Test
    void quotesAShortTextAsItIs() {
        assertThat(Excerpt.of("too many requests – wait", 30)).isEqualTo("too many requests – wait");
        assertThat(Excerpt.of("", 30)).isEmpty();
    }

    @Test
    void endsALongTextWithAnEllipsis() {
        assertThat(Excerpt.of("abcde", 5)).isEqualTo("abcde");
        assertThat(Excerpt.of("abcdef", 5)).isEqualTo("abcde…");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\r\n\tb", "\n a\u0000b \n", "a\u007fb", "a\u0085\u009fb"})
    void isOneLineWithoutControlCharacters(String text) {
        assertThat(Excerpt.of(text, 30)).isEqualTo("a b");
    }

    @Test
    void doesNotHalveACharacter() {
        assertThat(Excerpt.of("ab😀cd", 3)).isEqualTo("ab…");
        assertThat(Excerpt.of("ab😀cd", 4)).isEqualTo("ab😀…");
    }

    @Test
    void textsAreShortenedBetweenCharacters() {
        assertThat(Excerpt.beginning("abc", 3)).isEqualTo("abc");
        assertThat(Excerpt.beginning("abcd", 3)).isEqualTo("abc…");
        assertThat(Excerpt.beginning("ab\ud83d\ude00d", 3)).isEqualTo("ab…");
        assertThat(Excerpt.beginning("a\ud83d\ude00cd", 3)).isEqualTo("a\ud83d\ude00…");
    }
}
