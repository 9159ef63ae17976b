package io.github.dtstream.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.text.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpAnswerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"error\":\"a\",\"code\":401} | a | {\"error\":\"***\",\"code\":401}",
                "{\"error\":\"a key\",\"code\":401} | e | {\"error\":\"a key\",\"code\":401}",
                "{\"error\":{\"message\":\"key-123456 is wrong\"},\"d\":[\"key-123456\"]} | key-123456"
                        + " | {\"error\":{\"message\":\"*** is wrong\"},\"d\":[\"***\"]}",
                "{\"error\":\"say \\\"hush hush\\\"\"} | say \"hush hush\" | {\"error\":\"***\"}",
                "<p>key-123456</p> | key-123456 | <p>***</p>",
                "<p>grün is green</p> | grün | <p>*** is green</p>",
                "{} | { | {}",
            })
    void blotsASecretOutOfWhatIsSaidAndLeavesTheFormAlone(String body, String secret, String expected) {
        HttpAnswer answer = new HttpAnswer(401, Map.of(), body.getBytes(StandardCharsets.UTF_8), false);

        assertThat(new String(answer.without(new Secret(secret)).body(), StandardCharsets.UTF_8))
                .isEqualTo(expected);
    }
}
