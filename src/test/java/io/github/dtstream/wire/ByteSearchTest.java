package io.github.dtstream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteSearchTest {
    @Test
    void findsWhatALoopFindsInAnyBytes() {
        Random random = new Random(1);
        byte[] alphabet = {
            '\n',
            '\r',
            0,
            1,
            9,
            11,
            12,
            14,
            'x',
            '"',
            '\\',
            ' ',
            '!',
            31,
            127,
            (byte) 0x8a,
            (byte) 0x8d,
            (byte) 0xff,
            -128
        };
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            int rare = 1 + random.nextInt(20);
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = random.nextInt(rare) == 0 ? alphabet[random.nextInt(alphabet.length)] : (byte) 'y';
            }
            int from = random.nextInt(bytes.length + 1);
            int end = from + random.nextInt(bytes.length - from + 1);

            assertThat(ByteSearch.indexOfLineFeed(bytes, from, end))
                    .as(Arrays.toString(bytes))
                    .isEqualTo(first(bytes, from, end, false));
            assertThat(ByteSearch.indexOfLineEnd(bytes, from, end))
                    .as(Arrays.toString(bytes))
                    .isEqualTo(first(bytes, from, end, true));
            assertThat(ByteSearch.indexOfUnplain(bytes, from, end))
                    .as(Arrays.toString(bytes))
                    .isEqualTo(firstUnplain(bytes, from, end));
        }
    }

    private static int firstUnplain(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && bytes[at] >= ' ' && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
        return at;
    }

    private static int first(byte[] bytes, int from, int end, boolean returnsToo) {
        int at = from;
        while (at < end && bytes[at] != '\n' && !(returnsToo && bytes[at] == '\r')) {
            at++;
        }
        return at;
    }
}
