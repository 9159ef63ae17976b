package io.github.dtstream.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class FailureReasonTest {
    @Test
    void isTheFirstLineOfTheInnermostCause() {
        IOException innermost = new IOException("  No space left on device\nat sector 5");

        assertThat(FailureReason.of(new IllegalStateException("around it", innermost)))
                .isEqualTo("No space left on device");
    }

    @Test
    void isTheKindOfFailureThatSaysNothing() {
        assertThat(FailureReason.of(new IOException((String) null))).isEqualTo("IOException");
    }

    @Test
    void saysOfAMissingClassWhatToDo() {
        assertThat(FailureReason.of(new IllegalStateException(new ClassNotFoundException("org.postgresql.Driver"))))
                .isEqualTo("there is no class 'org.postgresql.Driver'; put its jar on the class path");
    }
}
