package io.github.dtstream.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Utf8Test {
    private static boolean isValid(byte[] bytes) {
        return Utf8.isValid(bytes, 0, bytes.length);
    }

    @Test
    void textIsValidWhateverItsLength() {
        for (int length = 0; length < 40; length++) {
            assertThat(isValid("x".repeat(length).getBytes(StandardCharsets.UTF_8)))
                    .isTrue();
            assertThat(isValid(("x".repeat(length) + "æ\ud83c\udf21€").getBytes(StandardCharsets.UTF_8)))
                    .isTrue();
        }
    }

    @Test
    void wrongByteIsFoundWhereverItStands() {
        for (int place = 0; place < 40; place++) {
            byte[] bytes = "x".repeat(40).getBytes(StandardCharsets.UTF_8);
            bytes[place] = (byte) 0xff;
            assertThat(isValid(bytes)).as("byte %d", place).isFalse();
        }
    }

    @Test
    void otherEncodingsAndHalvesOfCharactersAreNone() {
        assertThat(isValid("Temperatur im Büro".getBytes(StandardCharsets.ISO_8859_1)))
                .isFalse();
        byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
        assertThat(Utf8.isValid(euro, 0, 2)).isFalse();
        assertThat(Utf8.isValid(euro, 1, 2)).isFalse();
    }

    @Test
    void onlyWhatIsAskedForIsLookedAt() {
        byte[] bytes = new byte[30];
        bytes[4] = (byte) 0xff;
        bytes[25] = (byte) 0xff;

        assertThat(Utf8.isValid(bytes, 5, 20)).isTrue();
        assertThat(Utf8.isValid(bytes, 5, 21)).isFalse();
        assertThat(Utf8.isValid(bytes, 4, 20)).isFalse();
    }
}
