package io.github.dtstream.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServerWordsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"error\":{\"reason\":\"mapping failed\"}} | mapping failed",
                "{\"title\":\"Bad Request\"} | Bad Request",
                "{\"reason\":\"quota\"} | quota",
                "{\"error\":\"no_text\"} | no_text",
                "{\"message\":\"  \",\"detail\":\"unit is missing\"} | unit is missing",
                "{\"message\":17,\"title\":\"Bad\"} | Bad",
                "[{\"message\":\"one\"}] | [{\"message\":\"one\"}]",
                "<html><body>busy</body></html> | a page without a title",
                "<html><title> </title></html> | a page without a title",
                "<Error><Code>NoSuchBucket</Code></Error> | NoSuchBucket",
            })
    void findsWhatIsSaidToPeople(String body, String words) {
        assertThat(ServerWords.of(body)).isEqualTo(words);
    }

    @Test
    void saysNothingWhereTheServerSaysNothing() {
        assertThat(ServerWords.of(null)).isEmpty();
        assertThat(ServerWords.of("")).isEmpty();
        assertThat(ServerWords.of(" \n ")).isEmpty();
    }

    @Test
    void looksPastBlanksAtTheBeginning() {
        assertThat(ServerWords.of("\n  {\"message\":\"too large\"}")).isEqualTo("too large");
        assertThat(ServerWords.of("\n  <title>Sign in</title>")).isEqualTo("a page with the title 'Sign in'");
    }

    @Test
    void isOneLine() {
        assertThat(ServerWords.of("no space\r\n\tleft")).isEqualTo("no space left");
    }

    @Test
    void looksAtTheFirst16KilobytesOnly() {
        assertThat(ServerWords.of("x".repeat(16 * 1024))).hasSize(16 * 1024);
        assertThat(ServerWords.of("x".repeat(16 * 1024 + 1))).hasSize(16 * 1024);
    }
}
