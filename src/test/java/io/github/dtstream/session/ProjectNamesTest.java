package io.github.dtstream.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectNamesTest {
    @Test
    void areOneOrSeveralInTheirOrder() {
        assertThat(ProjectNames.parse("c0md3mm0c7pet3vico8g")).containsExactly("c0md3mm0c7pet3vico8g");
        assertThat(ProjectNames.parse("b, a ,c-1")).containsExactly("b", "a", "c-1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-|name each, with commas between them",
                "a,-|name each, with commas between them",
                "organizations/c11|name its projects",
                "projects/a|write the identifier alone",
                "a,,b|an identifier is missing",
                "a,|an identifier is missing",
                "''|an identifier is missing",
                "a,b,a|'a' is named twice: name it once",
                "a b|20 letters and digits",
                "a/b|20 letters and digits",
                "../a|20 letters and digits",
            })
    void areRefusedWithWhatToDo(String text, String said) {
        assertThatThrownBy(() -> ProjectNames.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(said);
    }
}
