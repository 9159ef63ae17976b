package io.github.dtstream.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifierTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "Z", "0", "9", "_", "-", "bjehn6sdm92f9pd7f4s0", "azAZ09_-"})
    void lettersDigitsHyphenAndUnderscoreAreValid(String text) {
        assertThat(Identifier.isValid(text)).isTrue();
        assertThat(Identifier.isName(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a/b", "..", "a.b", "a b", "a\n", "#", "+", "å", "`", "@", "[", "{", "/", ":", "\u0000", "\uff21"
            })
    void whatMeansSomethingInAPathOrATopicIsNot(String text) {
        assertThat(Identifier.problem(text, 64)).isEqualTo("has a character outside A-Z, a-z, 0-9, _ and -");
        assertThat(Identifier.isValid(text)).isFalse();
    }

    @Test
    void nothingIsNone() {
        assertThat(Identifier.problem("", 64)).isEqualTo("is empty");
    }

    @Test
    void cloudsMayBeTwiceAsLongAsNames() {
        assertThat(Identifier.isValid("x".repeat(128))).isTrue();
        assertThat(Identifier.problem("x".repeat(129), Identifier.LONGEST)).isEqualTo("is longer than 128 characters");
        assertThat(Identifier.isName("x".repeat(64))).isTrue();
        assertThat(Identifier.isName("x".repeat(65))).isFalse();
    }
}
