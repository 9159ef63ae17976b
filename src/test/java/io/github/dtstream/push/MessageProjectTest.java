package io.github.dtstream.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageProjectTest {
    private static Optional<String> of(String... parts) {
        return MessageProject.of(Stream.of(parts)
                .map(part -> part.getBytes(StandardCharsets.UTF_8))
                .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"targetName\":\"projects/b/devices/d\"}",
                "{\"event\":{\"data\":{\"x\":{\"targetName\":\"projects/a\"}},\"targetName\":\"projects/b/devices/d\"}}",
                "[{\"eventId\":\"1\",\"targetName\":\"projects/b\"},{\"targetName\":\"projects/a\"}]",
                "{\"result\":{\"event\":{\"targetName\":\"projects/b/devices/d\"}}}\n{\"torn",
            })
    void isThatOfTheFirstEvent(String message) {
        assertThat(of(message)).contains("b");
        assertThat(of("{}", message)).contains("b");
    }

    @Test
    void isNotKnownWhereNoneIsToBeSeen() {
        assertThat(of("no JSON")).isEmpty();
        assertThat(of("{\"targetName\":\"devices/d\"}")).isEmpty();
        assertThat(MessageProject.of(List.of())).isEmpty();
    }
}
