package io.github.dtstream.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PrintableTest {
    @Test
    void showsWhatWouldBreakALineOrSpeakToTheTerminal() {
        assertThat(Printable.line("A\n\u001b[31mB\r\t\u0000\u007f\u009b2J\u2028C\u202edcba"))
                .isEqualTo("A\\n\\u001b[31mB\\r\\t\\u0000\\u007f\\u009b2J\\u2028C\\u202edcba");
    }

    @Test
    void leavesNamesOfAllTonguesAsTheyAre() {
        String names = "Kjøleskap 3, 冷蔵庫, ثلاجة, C:\\new, \ud83e\uddca";

        assertThat(Printable.line(names)).isSameAs(names);
    }
}
