package io.github.dtstream.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PropertiesTextTest {
    private static Map<String, String> read(String text) throws PropertiesText.MalformedException {
        Map<String, String> read = new HashMap<>();
        PropertiesText.parse(text).forEach(entry -> read.put(entry.key(), entry.value()));
        return read;
    }

    @Test
    void readsWhatTheJdkReads() throws Exception {
        Random random = new Random(7);
        String alphabet = "ab=: \t\\\\\\\n\n\r#!x";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Properties expected = new Properties();
            expected.load(new StringReader(text.toString()));
            // An entry without a key has no meaning.
            expected.remove("");

            assertThat(read(text.toString())).as(escaped(text.toString())).isEqualTo(expected);
        }
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }

    @Test
    void tellsTheLineOfAnEntryAndTheBackslashThatVanishes() throws Exception {
        var entries = PropertiesText.parse("# a comment\\\nfirst=\\\n  one\npath=C:\\data\\new\npath2=C:\\\\data\n");

        assertThat(entries)
                .containsExactly(
                        new PropertiesText.Entry("first", "one", 2, ""),
                        new PropertiesText.Entry("path", "C:data\new", 4, "d"),
                        new PropertiesText.Entry("path2", "C:\\data", 5, ""));
    }

    @Test
    void skipsAByteOrderMark() throws Exception {
        assertThat(read("\uFEFFdt.project-id=p1\n")).containsEntry("dt.project-id", "p1");
    }

    @Test
    void namesTheLineOfABrokenUnicodeEscape() throws IOException {
        assertThatThrownBy(() -> PropertiesText.parse("a=1\n\nb=C:\\users\n"))
                .hasMessageStartingWith("line 3: a backslash with a u");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a=C:\\\\data | `` ",
                "a=\\t\\n\\u00e4 | `` ",
                "a=\\d | d",
                "a=C:\\data\\new | d",
                "a=x\\ y\\:z\\=\\#\\! | `` ",
                "a\\=b=c | `` ",
                "a=\\😀 | 😀",
            })
    void namesTheFirstBackslashThatMeansNothing(String line, String lost) throws Exception {
        assertThat(PropertiesText.parse(line))
                .singleElement()
                .extracting(PropertiesText.Entry::lost)
                .isEqualTo(lost);
    }

    @Test
    void keepsWhatALaterEntryReplacesWithTheLineOfEach() throws Exception {
        assertThat(PropertiesText.parse("a=1\r\n\r\n! no\r\na=2"))
                .containsExactly(new PropertiesText.Entry("a", "1", 1, ""), new PropertiesText.Entry("a", "2", 4, ""));
    }
}
