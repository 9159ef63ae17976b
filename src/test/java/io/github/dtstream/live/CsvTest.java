package io.github.dtstream.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {
    private static String line(char separator, String... fields) throws IOException {
        StringBuilder written = new StringBuilder();
        Csv csv = new Csv(written::append, separator);
        csv.line(fields);
        csv.flush();
        return written.toString();
    }

    @Test
    void quotesWhatNeedsIt() throws IOException {
        assertThat(line(',', "a", "b,c", "d\"e", "f\ng", "", "-1.5"))
                .isEqualTo("a,\"b,c\",\"d\"\"e\",\"f\ng\",,-1.5\r\n");
        assertThat(line(';', "b,c", "d;e")).isEqualTo("b,c;\"d;e\"\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+A1", "@SUM(A1)", "-cmd|' /C calc'!A0", "\tx", "-"})
    void aFormulaIsText(String name) throws IOException {
        assertThat(line(',', name)).isEqualTo("\"'" + name + "\"\r\n");
    }

    @Test
    void goesOutInPieces() throws IOException {
        int[] pieces = {0};
        Csv csv = new Csv(text -> pieces[0]++, ',');
        for (int i = 0; i < 10_000; i++) {
            csv.line("2026-11-26T02:29:33.433Z", "temperature", "20.5");
        }
        csv.flush();
        assertThat(pieces[0]).isBetween(20, 40);
    }
}
